// Where one writes: grows with its text, keeps a draft per conversation, Enter sends where there is a keyboard.
const TYPING = 2500; // ms between two words about it

export class Composer {
  constructor(form, settings, onSend, onTyping) {
    this.form = form;
    this.field = form.elements.body;
    this.over = document.getElementById("over");
    this.settings = settings;
    this.key = `otklik.draft.${settings.me}.${settings.conversation}`;
    this.saidTyping = 0;
    this.keeps = true;
    this.finger = matchMedia("(pointer: coarse)").matches;
    form.addEventListener("submit", (event) => this.submit(event, onSend));
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("input", () => this.typed(onTyping));
    this.restore();
  }

  restore() {
    if (this.field.value) this.draft = this.field.value; // came with the page: a question typed elsewhere
    else this.field.value = this.draft;
    this.fit();
  }

  get draft() {
    try {
      return localStorage.getItem(this.key) ?? "";
    } catch {
      return "";
    }
  }

  set draft(text) {
    try {
      if (text.trim()) localStorage.setItem(this.key, text);
      else localStorage.removeItem(this.key);
    } catch {
      // Without storage there is no draft; the text is still in the field.
    }
    this.onDraft?.(text);
  }

  pressed(event) {
    const plain = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (!plain || this.finger) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  typed(onTyping) {
    if (this.keeps) this.draft = this.field.value;
    this.fit();
    if (!this.field.value.trim() || Date.now() - this.saidTyping < TYPING) return;
    this.saidTyping = Date.now();
    onTyping();
  }

  fit() {
    this.onChange?.();
    if (!CSS.supports("field-sizing", "content")) this.grow();
    const over = this.field.value.trim().length - this.settings.limit;
    this.over.hidden = over <= 0;
    this.over.textContent = over > 0 ? this.settings.words.tooLong.replace("{n}", over) : "";
    this.field.setAttribute("aria-invalid", String(over > 0));
  }

  grow() {
    this.field.rows = Math.min(7, Math.max(1, this.field.value.split("\n").length));
    while (this.field.rows < 7 && this.field.scrollHeight > this.field.clientHeight + 2) this.field.rows += 1;
  }

  submit(event, onSend) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text || text.length > this.settings.limit) return;
    this.field.focus();
    onSend(text);
  }

  /** Put ``text`` in place of what is written; only a message of its own is kept as a draft. */
  put(text, { draft = true } = {}) {
    this.field.value = text;
    this.keeps = draft;
    if (draft) this.draft = text;
    this.fit();
  }

  show(open) {
    if (!open && !this.form.hidden) this.onClosed?.();
    this.form.hidden = !open;
  }
}
