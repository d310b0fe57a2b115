// The line above the composer: what is being answered or edited. Esc or the cross ends it.
import { nameOf, quoteOf, quoteWords } from "./quotes.js";

export class Quoting {
  constructor(composer, settings, { send, edit }) {
    Object.assign(this, { composer, settings, send, edit });
    this.box = document.getElementById("quoting");
    this.replied = this.edited = null; // the line in question
    this.box.querySelector("button").addEventListener("click", () => this.cancel());
    document.getElementById("talk").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.active || event.defaultPrevented) return;
      event.preventDefault(); // the field keeps the keys: only the quote is taken back
      this.cancel();
    });
  }

  get active() {
    return this.replied ?? this.edited;
  }

  reply(line) {
    if (this.edited) this.cancel();
    this.replied = line;
    this.show("reply");
  }

  /** The text goes into the composer; what stood there comes back afterwards. */
  change(line) {
    if (!this.edited) this.before = this.composer.field.value;
    this.edited = line;
    this.replied = null;
    this.composer.put(line.body, { draft: false });
    this.show("edit");
  }

  show(kind) {
    const { words } = this.settings;
    const [title, text] = this.box.querySelectorAll(".cut");
    for (const icon of this.box.querySelectorAll("[data-for]")) icon.hidden = icon.dataset.for !== kind;
    title.textContent = kind === "edit" ? words.editing : this.title(words);
    text.textContent = quoteWords(quoteOf(this.active), words);
    this.box.hidden = false;
    this.composer.field.focus();
    this.composer.field.setSelectionRange(-1, -1);
  }

  title(words) {
    const { sender } = this.replied;
    if (sender === this.settings.me) return words.replyToMe;
    return words.replyTo.replace("{name}", nameOf(sender, this.settings));
  }

  cancel() {
    if (this.edited) this.composer.put(this.before);
    this.replied = this.edited = null;
    this.box.hidden = true;
    this.composer.field.focus();
  }

  /** What was written goes its way: as a new message, or in place of the one that is edited. */
  async written(text) {
    if (this.edited) {
      if (await this.edit(this.edited, text)) this.cancel();
      return;
    }
    this.composer.put("");
    this.send(text, this.taken());
  }

  /** What the message that now goes out answers, if anything. */
  taken() {
    const reply_to = this.replied ? quoteOf(this.replied) : undefined;
    if (this.replied) this.cancel();
    return reply_to;
  }

  /** A message that was deleted meanwhile is not edited any more. */
  changed(line) {
    if (this.edited?.id === line.id && line.deleted) this.cancel();
    else if (this.replied?.id === line.id) this.reply(line);
  }
}
