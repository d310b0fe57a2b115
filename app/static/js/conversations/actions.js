// What can be done with a message, and the doing of it.
import { copy } from "../copying.js";
import { toast } from "../toast.js";
import { Refused } from "./wire.js";

export class Actions {
  constructor(store, wire, settings, { quoting, changed }) {
    Object.assign(this, { store, wire, settings, quoting, changed });
    this.ahead = Date.parse(settings.now) - Date.now(); // how much the server's clock is ahead of ours
    this.question = document.getElementById("msg-delete");
  }

  /** The names of the menu's items for a line. */
  of(line) {
    if (!line?.seq || line.deleted || line.kind === "system") return [];
    const { open } = this.store.state;
    const writing = this.quoting && (open || this.settings.reopens) && this.settings.maySend;
    const changing = writing && open && line.sender === this.settings.me && this.young(line);
    const found = [];
    if (writing) found.push("reply");
    if (line.body) found.push("copy");
    found.push("link");
    if (changing && line.kind === "text") found.push("edit");
    if (changing) found.push("delete");
    return found;
  }

  young(line) {
    return Date.now() + this.ahead - Date.parse(line.created_at) < this.settings.changeable * 1000;
  }

  run(name, line) {
    return this[name](line);
  }

  reply(line) {
    this.quoting.reply(line);
  }

  edit(line) {
    this.quoting.change(line);
  }

  copy(line) {
    return this.toClipboard(line.body, this.settings.words.copied);
  }

  link(line) {
    const address = new URL(`/m/${line.id}`, location.href).href; // leads either side to its own door
    return this.toClipboard(address, this.settings.words.linkCopied);
  }

  async toClipboard(text, done) {
    toast((await copy(text)) ? done : this.settings.words.notCopied);
  }

  delete(line) {
    this.question.returnValue = "";
    this.question.addEventListener("close", () => this.answered(line), { once: true });
    this.question.showModal();
  }

  answered(line) {
    if (this.question.returnValue === "delete") this.ask(() => this.wire.delete(line));
  }

  /** Whether the edit was taken. */
  save(line, body) {
    return this.ask(() => this.wire.edit(line, body));
  }

  async ask(question) {
    try {
      this.changed((await question()).message);
      return true;
    } catch (error) {
      toast(error instanceof Refused ? error.message : this.settings.words.broken, { kind: "bad" });
      return false;
    }
  }
}
