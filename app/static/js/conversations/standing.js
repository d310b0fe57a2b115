// Open or closed: the composer with what hinders its messages, or why there is none; and the menu's two forms.
import { toast } from "../toast.js";
import { Refused } from "./wire.js";

export class Standing {
  constructor(store, wire, composer, settings, changed) {
    Object.assign(this, { store, wire, composer, settings, changed });
    this.note = document.getElementById("hindrance") ?? document.createElement("p"); // none where one only reads
    this.closed = document.getElementById("closed");
    this.switches = document.querySelectorAll("form[data-switch]");
    for (const form of this.switches) form.addEventListener("submit", (event) => this.turn(event));
  }

  show() {
    const { notice } = this.store.state;
    const gone = notice === "deleted";
    const open = (this.store.state.open || this.settings.reopens) && this.settings.maySend && !gone;
    const focused = document.activeElement === this.composer?.field || this.closed.contains(document.activeElement);
    this.say(open ? this.settings.notes[notice] ?? "" : "");
    this.composer?.show(open);
    this.closed.hidden = open;
    for (const part of this.closed.querySelectorAll("[data-why]")) part.hidden = (part.dataset.why === "deleted") !== gone;
    for (const form of this.switches) {
      if (form.dataset.switch) form.hidden = gone || (form.dataset.switch === "open") !== this.store.state.open;
    }
    if (focused) (open ? this.composer.field : this.closed.querySelector("div:not([hidden]) button"))?.focus();
  }

  say(text) {
    if (this.note.textContent !== text) this.note.textContent = text;
    this.note.hidden = !text;
  }

  async turn(event) {
    event.preventDefault();
    event.target.closest("details")?.removeAttribute("open");
    try {
      const { state } = await this.wire.post(event.target.action);
      this.store.settle(state);
      this.show();
      this.changed();
    } catch (error) {
      toast(error instanceof Refused ? error.message : this.settings.words.broken, { kind: "bad" });
    }
  }
}
