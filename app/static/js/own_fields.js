// Fields that owners added to the form of an inquiry: those of another deal or property type are out of the way, and
// neither asked for nor sent. Without this script all of them stand there, each saying whom it is for.

/** Fit the own fields of ``form`` to its deal and type, now and at every change; ``before`` is what an earlier call gave. */
export function fitting(form, before) {
  const boxes = [...form.querySelectorAll("[data-own]")];
  for (const words of form.querySelectorAll("[data-whom]")) words.hidden = true;
  const fit = () => boxes.forEach((box) => show(box, fits(form, box)));
  form.removeEventListener("change", before);
  form.addEventListener("change", fit);
  fit();
  return fit;
}

function fits(form, box) {
  return among(box.dataset.deals, form.elements.deal) && among(box.dataset.types, form.elements.property_type);
}

function among(words, field) {
  return !words || !field || words.split(" ").includes(field.value);
}

function show(box, on) {
  box.hidden = !on;
  for (const control of box.querySelectorAll("input, select, textarea")) {
    control.disabled = !on;
    // Of several ticks no single one is needed: the server asks for at least one.
    control.required = on && "required" in box.dataset && control.type !== "checkbox";
  }
}
