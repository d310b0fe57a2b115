// The menu of a message: beside it for a mouse or the keyboard, a sheet from below for a finger.
const GAP = 6; // px between the menu and what it belongs to

export class Menu {
  constructor(log, actions) {
    Object.assign(this, { log, actions });
    this.dialog = document.getElementById("msg-menu");
    this.items = [...this.dialog.querySelectorAll("[data-do]")];
    this.more = document.getElementById("msg-tools").content.firstElementChild;
    this.dialog.addEventListener("click", (event) => this.clicked(event));
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    this.more.addEventListener("click", () => this.open(this.more.closest(".msg")));
    log.box.addEventListener("pointerover", (event) => this.hovered(event));
    log.box.addEventListener("focusin", (event) => this.focused(event.target));
    log.box.addEventListener("keydown", (event) => this.walked(event));
  }

  get shown() {
    return this.items.filter((item) => !item.hidden);
  }

  lineOf(node) {
    return this.log.store.lines.get(Number(node?.dataset.seq));
  }

  /** ``sheet``: from below, whatever it belongs to. */
  open(node, { sheet = false } = {}) {
    this.line = this.lineOf(node);
    const names = this.actions.of(this.line);
    if (!names.length) return;
    for (const item of this.items) item.hidden = !names.includes(item.dataset.do);
    this.dialog.classList.toggle("below", sheet);
    this.dialog.showModal();
    this.place(sheet ? null : node.getBoundingClientRect(), node.classList.contains("me"));
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
    if (name) this.actions.run(name, this.line);
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

  hovered({ target, pointerType }) {
    const node = target.closest(".msg");
    if (pointerType !== "mouse" || !node || node === this.more.parentNode) return;
    if (this.actions.of(this.lineOf(node)).length) node.append(this.more);
    else this.more.remove();
  }

  /** With the keyboard one walks from message to message; Tab enters at the last one walked to. */
  focused(target) {
    if (!target.matches(".msg")) return;
    for (const other of this.log.box.querySelectorAll('.msg[tabindex="0"]')) other.tabIndex = -1;
    target.tabIndex = 0;
  }

  walked(event) {
    const { box } = this.log;
    const messages = [...box.querySelectorAll(".msg[data-seq]")];
    const at = messages.indexOf(document.activeElement);
    if (event.target !== box && at < 0) return;
    if (event.key === "Enter" && at >= 0) this.open(messages[at]);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key !== "Enter" && !step) return;
    event.preventDefault();
    if (step) this.focus(at < 0 ? messages.at(-1) : messages[at + step]);
  }

  focus(node) {
    if (!node) return;
    node.tabIndex = 0;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }
}
