// One menu for many things: beside what it belongs to for a mouse or the keyboard, a sheet from below for a finger.
const GAP = 6; // px between the menu and what it belongs to

export class MenuDialog {
  /** ``chosen`` is told the data-do of the item. */
  constructor(dialog, chosen) {
    Object.assign(this, { dialog, chosen });
    this.items = [...dialog.querySelectorAll("[data-do]")];
    dialog.addEventListener("click", (event) => this.clicked(event));
    dialog.addEventListener("keydown", (event) => this.pressed(event));
  }

  get shown() {
    return this.items.filter((item) => !item.hidden);
  }

  /** Offer ``names`` beside ``node``, or ``sheet``: from below. ``right``: their right edges are one. */
  open(names, node, { sheet = false, right = false } = {}) {
    for (const item of this.items) item.hidden = !names.includes(item.dataset.do);
    this.dialog.classList.toggle("below", sheet);
    this.dialog.showModal();
    this.place(sheet ? null : node.getBoundingClientRect(), right);
    this.shown[0].focus();
  }

  place(rect, right) {
    const { style } = this.dialog;
    style.left = style.top = "";
    if (!rect) return;
    const { width, height } = this.dialog.getBoundingClientRect();
    const under = rect.bottom + GAP + height < innerHeight;
    const left = right ? rect.right - width : rect.left;
    style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
    style.top = `${Math.max(GAP, under ? rect.bottom + GAP : Math.min(rect.top - GAP, innerHeight) - height)}px`;
  }

  clicked(event) {
    const name = event.target.closest("[data-do]")?.dataset.do;
    if (name || event.target === this.dialog) this.dialog.close(); // a click beside the sheet is one on the dialog
    if (name) this.chosen(name);
  }

  pressed(event) {
    const { shown } = this;
    const at = shown.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + shown.length, Home: 0, End: shown.length - 1 }[event.key];
    if (event.key === "Tab") this.dialog.close();
    if (to === undefined) return;
    event.preventDefault();
    shown[to % shown.length].focus();
  }
}
