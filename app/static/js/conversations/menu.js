// The menu of a message, by mouse, finger or keyboard.
import { MenuDialog } from "../menu_dialog.js";

export class Menu {
  constructor(log, actions) {
    Object.assign(this, { log, actions });
    this.dialog = new MenuDialog(document.getElementById("msg-menu"), (name) => actions.run(name, this.line));
    this.more = document.getElementById("msg-tools").content.firstElementChild;
    this.more.addEventListener("click", () => this.open(this.more.closest(".msg")));
    log.box.addEventListener("pointerover", (event) => this.hovered(event));
    log.box.addEventListener("focusin", (event) => this.focused(event.target));
    log.box.addEventListener("keydown", (event) => this.walked(event));
  }

  lineOf(node) {
    return this.log.store.lines.get(Number(node?.dataset.seq));
  }

  /** ``sheet``: from below, whatever it belongs to. */
  open(node, { sheet = false } = {}) {
    this.line = this.lineOf(node);
    const names = this.actions.of(this.line);
    if (names.length) this.dialog.open(names, node, { sheet, right: node.classList.contains("me") });
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
    const { target } = event;
    const at = messages.indexOf(target.closest(".msg"));
    if (target !== box && at < 0) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    // What stands in a message (a link, a photo) keeps its Enter, and a slider its arrows.
    if (target !== box && target !== messages[at] && (!step || target.matches("[role=slider], video, audio"))) return;
    if (event.key === "Enter" && at >= 0) this.open(messages[at]);
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
