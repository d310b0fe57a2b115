// Keys for those who live in the chat. By their place on the keyboard, so that they work in a Russian layout too.
const WRITING = "input, textarea, select, [contenteditable]";

export function shortcuts({ composer, keeping }) {
  const sheet = document.getElementById("shortcuts");
  const press = (id) => document.getElementById(id)?.click();
  const keys = {
    KeyJ: () => step(1),
    KeyK: () => step(-1),
    Slash: () => press("talk-find-open"),
    KeyR: () => composer && !composer.form.hidden && composer.field.focus(),
    KeyA: () => composer && !composer.form.hidden && composer.form.querySelector("[data-ready]")?.click(),
    KeyP: () => keeping?.pin(),
    KeyL: () => keeping && document.getElementById("snooze").togglePopover(),
    KeyU: () => keeping?.try({ unread: "1" }),
  };

  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") return leave(event);
    if (event.target.closest(WRITING) || document.querySelector("dialog[open]")) return;
    const action = event.key === "?" ? () => sheet.showModal() : !event.shiftKey && keys[event.code];
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.getElementById("shortcuts-open")?.addEventListener("click", (event) => {
    event.target.closest("details").removeAttribute("open");
    sheet.showModal();
    sheet.addEventListener("close", () => backTo(event.target), { once: true });
  });
}

/** The item that was pressed lies in a folded menu by now, where no focus stays: the hand goes back to the menu. */
export function backTo(item) {
  const { activeElement: now, body } = document;
  if (now === body || !now.checkVisibility()) item.closest("details").querySelector("summary").focus();
}

/** The neighbour in the list: down is 1. */
function step(by) {
  const threads = [...document.querySelectorAll("[data-thread]")];
  const here = threads.findIndex((thread) => thread.hasAttribute("aria-current"));
  const next = here < 0 ? threads[0] : threads[here + by];
  if (next) location.assign(next.href);
}

/** Esc in the empty field gives the keys back to the page. */
function leave({ target }) {
  if (target.id === "message" && !target.value) target.blur();
}
