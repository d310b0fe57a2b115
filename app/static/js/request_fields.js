// «Поля запроса»: the editor shows only what its kind of field has, options move without a round trip, and the form
// beside it follows what is typed. Without this script the buttons do the same by posting the page.
import { fitting } from "./own_fields.js";
import { inTurn } from "./in_turn.js";

const preview = document.querySelector("[data-request-preview]");
const shown = preview.querySelector("[data-request-fields]");
let fit = fitting(preview);

const form = document.querySelector("[data-request-field]");
if (form) edit(form);

function edit(form) {
  const sections = [...form.querySelectorAll("[data-kinds]")];
  const kind = form.elements.kind;
  const narrow = () => sections.forEach((one) => (one.hidden = !one.dataset.kinds.split(" ").includes(kind.value)));
  kind.addEventListener("change", narrow);
  narrow();
  const redraw = inTurn(() => draw(form));
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(redraw, 300);
  };
  form.addEventListener("input", later);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-shift], [data-more]");
    if (!button) return;
    event.preventDefault();
    if ("more" in button.dataset) add(form);
    else shift(button);
    later();
  });
}

async function draw(form) {
  const body = new FormData(form);
  const answer = await fetch(shown.dataset.url, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return;
  shown.innerHTML = (await answer.json()).html;
  fit = fitting(preview, fit);
}

function shift(button) {
  const row = button.closest("li");
  const other = button.dataset.shift === "1" ? row.nextElementSibling : row.previousElementSibling;
  if (!other) return;
  if (button.dataset.shift === "1") other.after(row);
  else other.before(row);
  button.focus();
}

function add(form) {
  const list = form.querySelector("[data-options]");
  const row = list.lastElementChild.cloneNode(true);
  for (const field of row.querySelectorAll("input, select")) field.value = "";
  const before = list.children.length;
  for (const named of row.querySelectorAll("[aria-label]")) {
    named.setAttribute("aria-label", named.getAttribute("aria-label").replace(before, before + 1));
  }
  list.append(row);
  row.querySelector("[name=option_ru]").focus();
}
