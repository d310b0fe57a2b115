// The realtor's own note on the conversation: kept as it is written, the same in every tab.
const PAUSE = 900; // ms after the last key

export class Note {
  constructor(wire, settings) {
    Object.assign(this, { wire, address: `${settings.base}/standing`, timer: 0 });
    this.form = document.getElementById("own-note");
    this.field = this.form.elements.note;
    this.state = this.form.querySelector("[data-note-state]");
    this.field.addEventListener("input", () => this.written());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    wire.on("standing:changed", (kept) => this.take(kept));
    addEventListener("pagehide", () => this.timer && this.save(true));
  }

  written() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save(leaving = false) {
    clearTimeout(this.timer);
    this.timer = 0;
    const body = JSON.stringify({ note: this.field.value });
    try {
      await this.wire.request(this.address, { method: "POST", body, keepalive: leaving });
      this.state.textContent = this.state.dataset.kept;
    } catch {
      this.state.textContent = this.state.dataset.lost;
    }
  }

  /** What another tab or device wrote; a note that is being written here is left alone. */
  take({ note }) {
    if (this.timer || document.activeElement === this.field || note === undefined) return;
    this.field.value = note;
  }
}
