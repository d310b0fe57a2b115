// A file that is too large is told of at its field, before minutes of sending it end in a refusal and all else is lost.
function tell(field, text) {
  field.parentElement.querySelector("[data-limit-error]")?.remove();
  field.removeAttribute("aria-invalid");
  if (!text) return;
  const error = Object.assign(document.createElement("p"), { className: "error-text", textContent: text });
  error.dataset.limitError = "";
  error.setAttribute("role", "alert");
  field.setAttribute("aria-invalid", "true");
  field.after(error);
}

for (const field of document.querySelectorAll("input[type=file][data-most]")) {
  field.addEventListener("change", () => {
    const tooLarge = [...field.files].some((file) => file.size > Number(field.dataset.most));
    tell(field, tooLarge ? field.dataset.tooLarge : "");
    if (tooLarge) field.value = "";
  });
}
