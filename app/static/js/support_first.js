// The first question: Enter sends where there is a keyboard, as in every chat, and the cursor stands where one writes.
const form = document.getElementById("compose");
const { body } = form.elements;

body.addEventListener("keydown", (event) => {
  const plain = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (!plain || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  form.requestSubmit();
});
if (!matchMedia("(pointer: coarse)").matches) {
  body.focus();
  body.setSelectionRange(body.value.length, body.value.length);
}
