// Small comforts of every page. Nothing here is needed for a page to work.
import "./field_errors.js";

function openMenus() {
  return document.querySelectorAll("details.menu[open]");
}

function closeMenus(except) {
  for (const menu of openMenus()) if (menu !== except && !menu.contains(except)) menu.open = false;
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu") ?? undefined);
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(dismiss.dataset.dismiss)?.remove();
  const reveal = event.target.closest("[data-reveal]");
  if (reveal) togglePassword(reveal);
});

// Who walks on with the keyboard leaves no open menu behind, over what they walk to.
document.addEventListener("focusin", ({ target }) => closeMenus(target.closest("details.menu") ?? undefined));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

function togglePassword(button) {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
}

// A form is sent once, however often its button is pressed; a page taken from the back-forward cache is fresh again.
// What opens beside the page, as a preview, leaves the form to be sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method.toLowerCase() !== "post" || form.hasAttribute("data-many")) return;
  if (event.submitter?.formTarget === "_blank") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

for (const button of document.querySelectorAll("[data-reveal][hidden]")) button.hidden = false;

// The chosen tab of a row that scrolls sideways is never out of sight.
for (const tab of document.querySelectorAll(".tabs-line [aria-current], .filters [aria-current]")) {
  tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
}

// Of a group of ticks no single one is wrong: the first of them is where its error stands.
document.querySelector('[aria-invalid="true"], fieldset:has(> .error-text) input')?.focus();

// The server writes times in the reader's zone; it learns the zone here.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax`;
