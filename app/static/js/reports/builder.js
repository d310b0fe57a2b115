// Every change of the form shows at once: the page is asked for again under the form's own address, and its parts are
// swapped. Without this module the form's button does the same.
import { wire as wirePictures } from "../chart_png.js";
import { wire } from "../combobox.js";
import { inTurn } from "../in_turn.js";
import { toast } from "../toast.js";

const form = document.querySelector("[data-report-form]");
const PARTS = ["[data-report-fields]", "[data-report-preview]"];
document.documentElement.classList.add("scripted");

// Only what says something: the address is what people hand on.
function address() {
  const words = [...new FormData(form)].filter(([, value]) => value);
  return `${location.pathname}?${new URLSearchParams(words)}`;
}

const redraw = inTurn(async () => {
  const preview = document.querySelector("[data-report-preview]");
  const wanted = address();
  preview.ariaBusy = "true";
  try {
    const answer = await fetch(wanted, { headers: { Accept: "text/html" } });
    if (answer.status >= 500 || answer.redirected) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    history.replaceState(null, "", wanted);
    if (wanted === address()) for (const part of PARTS) swap(part, page);
  } catch {
    preview.ariaBusy = "false";
    toast(form.dataset.failed, { kind: "bad" });
  }
});

// What had the focus has it again, and what was folded out stays so.
function swap(part, page) {
  const old = document.querySelector(part), fresh = page.querySelector(part);
  const focused = old.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const unfolded = [...old.querySelectorAll("details[open] input")].map((input) => input.name);
  old.replaceWith(fresh);
  wire(fresh);
  wirePictures(fresh);
  for (const name of unfolded) fresh.querySelector(`details:has([name="${name}"])`)?.setAttribute("open", "");
  if (focused) fresh.querySelector(focused)?.focus({ preventScroll: true });
}

function nameOf(field) {
  if (field.id) return `#${field.id}`;
  return field.name ? `[name="${field.name}"][value="${field.value}"]` : null;
}

form.addEventListener("change", (event) => {
  if (event.target.role === "combobox") return; // typed, not chosen
  const clears = event.target.closest("[data-clears]")?.dataset.clears;
  if (form.elements[clears]) form.elements[clears].value = "";
  if (event.target.type !== "date") redraw();
});

// A date is typed digit by digit: it counts once it is left; so does a name that was rubbed out.
form.addEventListener("focusout", (event) => {
  const field = event.target;
  if (field.type === "date" && field.value && field.value !== field.defaultValue) redraw();
  if (field.role === "combobox" && !field.value && field.defaultValue) redraw();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  redraw();
});
