// What is wrong with a form stands at its fields, all of it at once, before anything is sent: in the words of the page,
// which are those the server would say (`said` in app/templating.py writes them at the fields). What only the server can
// tell, it shows the same way. Forms ask for it by `novalidate`: the browser's own bubbles come one at a time, in its
// own language.

const WORDS = { valueMissing: "missing", typeMismatch: "mistyped", badInput: "mistyped", patternMismatch: "mistyped", tooShort: "short", rangeUnderflow: "low" };
const FIELDS = "input, select, textarea, fieldset[data-missing]";

/** What is wrong with a control, or with a group of which one has to be chosen; undefined where nothing is. */
function flaw(field) {
  if (field.matches("fieldset")) {
    const options = [...field.querySelectorAll("input:enabled")];
    return options.length && !options.some((option) => option.checked) ? field.dataset.missing : undefined;
  }
  if (!field.willValidate) return undefined;
  const found = Object.keys(WORDS).find((name) => field.validity[name] && field.dataset[WORDS[name]]);
  return field.dataset[WORDS[found]];
}

// (A hidden place for an error is its page's own.)
const errorOf = (field) => field.closest(".field")?.querySelector(".error-text:not([data-error])") ?? document.getElementById(`${field.id}-error`);

/** Say ``text`` at a field in place of what was said there, by the server too; nothing takes it away. ``role``: "alert"
 * where the focus does not come to it. */
export function tell(field, text, role = null) {
  const described = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  const old = errorOf(field);
  described.delete(old?.id);
  old?.remove();
  if (text) {
    const error = document.getElementById("wrong").content.firstElementChild.cloneNode(true);
    Object.assign(error, { className: "error-text", id: `${field.id}-error`, role });
    error.querySelector("span").textContent = text;
    described.add(error.id);
    if (field.closest(".field")) field.closest(".field").append(error);
    else field.after(error);
  }
  if (described.size) field.setAttribute("aria-describedby", [...described].join(" "));
  else field.removeAttribute("aria-describedby");
  if (field.matches("fieldset")) return;
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/** Whether nothing is wrong in a form, or a part of one; otherwise it is told of, and the first field has the focus. */
export function holds(part) {
  const wrong = [...part.querySelectorAll(FIELDS)].filter(flaw);
  for (const field of wrong) {
    tell(field, flaw(field));
    field.dispatchEvent(new Event("invalid"));
  }
  if (wrong.length) show(wrong[0]);
  return !wrong.length;
}

function show(field) {
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  (field.matches("fieldset") ? field.querySelector("input:enabled") : field).focus();
  (field.closest(".field") ?? field).scrollIntoView({ block: "center" }); // with what is said under it
}

// Before anybody else hears of it: a form that does not hold is not submitted.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.noValidate || event.submitter?.formNoValidate || holds(form)) return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

// An error goes once its field is mended.
function mended({ target }) {
  const field = target.closest("fieldset.field") ?? target;
  if (errorOf(field)?.matches(".error-text:not([data-error])") && !flaw(field)) tell(field, "");
}

for (const kind of ["input", "change"]) document.addEventListener(kind, mended);
