// A folded section of the form says how many of its permissions are ticked.
for (const group of document.querySelectorAll(".role-group")) {
  const said = group.querySelector("[data-given]");
  group.addEventListener("change", () => {
    said.textContent = said.textContent.replace(/^\d+/, group.querySelectorAll(":checked").length);
  });
}
