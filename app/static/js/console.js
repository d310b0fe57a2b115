// The comforts of the console: choosing rows, inline edits, copying, previews. Pages work without them.
import { ask } from "./asking.js";
import { wire } from "./combobox.js";
import "./file_limit.js";
import { copy } from "./copying.js";
import { tell } from "./field_errors.js";
import { toast } from "./toast.js";

const token = document.querySelector('input[name="csrf_token"]')?.value ?? "";

function post(address, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
  return ask(address, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token } });
}

/* Which groups of the menu are folded is remembered, and the server draws the menu that way */
for (const heading of document.querySelectorAll(".side-group > summary"))
  heading.addEventListener("click", () => {
    const pressed = heading.parentElement;
    const groups = [...pressed.parentElement.querySelectorAll(".side-group")];
    const folded = groups.filter((group) => (group === pressed) === group.open); // the press has not done its work yet
    const words = folded.map((group) => group.dataset.group).join(".");
    document.cookie = `folded=${words}; path=/supervisor; max-age=31536000; samesite=lax`;
  });

/* Columns change their places under the arrows; a press on the last button keeps them all */
document.querySelector("[data-columns]")?.addEventListener("click", (event) => {
  const arrow = event.target.closest('[name="up"], [name="down"]');
  if (!arrow) return;
  event.preventDefault();
  const line = arrow.closest("[data-line]");
  if (arrow.name === "up") line.previousElementSibling?.before(line);
  else line.nextElementSibling?.after(line);
  arrow.focus();
});

/* Choosing rows */
const all = document.querySelector("[data-pick-all]");
const found = document.querySelector("[data-all-found]");
const boxes = [...document.querySelectorAll('input[name="rowid"][type="checkbox"]')];

function count() {
  const chosen = boxes.filter((box) => box.checked).length;
  const badge = document.querySelector("[data-count]");
  if (badge) badge.textContent = found?.checked ? found.dataset.allFound : chosen || "";
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  if (found && !all.checked) found.checked = false;
  count();
});
for (const box of boxes)
  box.addEventListener("change", () => {
    if (found && !box.checked) found.checked = false;
    count();
  });
found?.addEventListener("change", () => {
  for (const box of boxes) box.checked = found.checked;
  count();
});
if (boxes.length) count();

/* A bulk edit goes on by itself, a few seconds at a time */
document.querySelector("[data-go-on]")?.requestSubmit();

/* Inline edits: the page says once what the button of a column looks like */
for (const cell of document.querySelectorAll("[data-inline-list] .editable")) {
  const button = copyOf(`[data-inline-button="${cell.dataset.field}"]`);
  button.addEventListener("click", () => open(cell));
  cell.append(button);
}

function copyOf(template) {
  return document.querySelector(template).content.firstElementChild.cloneNode(true);
}

function open(cell) {
  const field = cell.dataset.field;
  const raw = JSON.parse(cell.dataset.raw);
  const form = copyOf(`[data-inline-field="${field}"]`);
  const shown = [...cell.children];
  fill(form, field, raw);
  cell.replaceChildren(form);
  wire(form);
  form.querySelector("input:not([type=hidden]), select, textarea").focus();
  const leave = () => {
    cell.replaceChildren(...shown);
    cell.querySelector("[data-edit]").focus();
  };
  form.querySelector("[data-cancel]").addEventListener("click", leave);
  form.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && leave());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(cell, form, field, leave);
  });
}

function fill(form, field, raw) {
  const control = form.elements[field];
  if (control.type === "checkbox") control.checked = raw.value === "y";
  else control.value = raw.value;
  const text = form.querySelector('[role="combobox"]');
  if (text) text.value = raw.text;
}

async function save(cell, form, field, leave) {
  const row = cell.closest("[data-inline-url]");
  const control = form.elements[field];
  const value = control.type === "checkbox" ? (control.checked ? ["y"] : []) : control.value;
  const combobox = form.querySelector('[role="combobox"]');
  const text = combobox?.value;
  try {
    const answer = await post(row.dataset.inlineUrl, { field, [field]: value, version: row.dataset.version });
    row.dataset.version = answer.version ?? "";
    cell.dataset.raw = JSON.stringify({ value: [value].flat().join(""), text });
    leave();
    cell.querySelector("[data-shown]").innerHTML = answer.html; // made by our own server, escaped there
  } catch (error) {
    tell(combobox ?? control, error.message, "alert");
  }
}

/* Copy an address */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const done = await copy(button.dataset.copy);
  toast(done ? button.dataset.done : button.dataset.copy, { seconds: done ? undefined : 30 }); // else to be copied by hand
});

/* Markdown with its preview */
for (const editor of document.querySelectorAll("[data-markdown]")) {
  const source = editor.querySelector("textarea");
  const preview = editor.querySelector("[data-preview]");
  let timer;
  const draw = async () => {
    const answer = await post(editor.dataset.markdown, { source: source.value }).catch(() => null);
    if (answer) preview.innerHTML = answer.html; // cleaned by nh3
  };
  source.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 300);
  });
  if (source.value) draw();
}

/* Filters stand open where there is room */
if (matchMedia("(min-width: 901px)").matches) {
  for (const details of document.querySelectorAll("[data-open-wide]")) details.open = true;
}
