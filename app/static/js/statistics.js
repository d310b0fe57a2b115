// A chosen filter applies at once; without this module the form's own button does it.
const form = document.querySelector("[data-apply]");
document.documentElement.classList.add("scripted");

form?.addEventListener("change", (event) => {
  const clears = event.target.dataset.clears;
  if (clears) document.getElementById(clears).value = "";
  if (event.target.type !== "date") form.requestSubmit();
});

// A date is typed digit by digit: it counts once it is left or confirmed.
form?.addEventListener("focusout", (event) => {
  const field = event.target;
  if (field.type === "date" && field.value && field.value !== field.defaultValue) form.requestSubmit();
});
