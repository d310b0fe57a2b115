// A draft that follows its person: kept in this browser at once, on the server a moment later; the newest typing wins.
const PAUSE = 900; // ms after the last key
const TYPING = 4000; // ms within which a hand is still at work here

export class Drafts {
  constructor(composer, wire, settings) {
    Object.assign(this, { composer, wire, address: `${settings.base}/standing`, timer: 0, typed: 0 });
    this.key = `${composer.key}.at`;
    this.ahead = Date.parse(settings.now) - Date.now(); // of this machine's clock
    this.moment = this.at; // of what stands in this very tab: other tabs of this browser share what is kept
    this.begin(settings.draft);
    wire.on("standing:changed", (kept) => this.take(kept));
    composer.onDraft = (text) => this.written(text);
    composer.field.addEventListener("input", () => (this.typed = Date.now()));
    addEventListener("pagehide", () => this.timer && this.save(true));
  }

  get at() {
    try {
      return Number(localStorage.getItem(this.key) ?? 0);
    } catch {
      return 0;
    }
  }

  set at(moment) {
    this.moment = moment;
    try {
      localStorage.setItem(this.key, String(moment));
    } catch {
      // The draft itself is not kept either: Composer.
    }
  }

  /** Two drafts meet when the page opens: this browser's and the server's. */
  begin({ draft, draft_at }) {
    const mine = this.composer.field.value;
    const theirs = draft_at ? Date.parse(draft_at) : 0;
    this.saved = draft;
    if (mine === draft) return;
    if (theirs > this.at && (draft || this.at)) this.put(draft, theirs);
    else if (mine) this.written(mine);
  }

  /** The server's word, from another tab or device; what is being typed here is left alone. */
  take(kept) {
    clearTimeout(this.later);
    const { draft, draft_at } = kept;
    const moment = draft_at ? Date.parse(draft_at) : 0;
    if (moment <= this.moment) return;
    if (this.timer || Date.now() - this.typed < TYPING || !this.composer.keeps) {
      this.later = setTimeout(() => this.take(kept), TYPING); // by then what was typed here may be the newer one
      return;
    }
    this.saved = draft;
    if (draft !== this.composer.field.value) this.put(draft, moment);
  }

  put(text, moment) {
    this.quiet = true;
    this.composer.put(text);
    this.quiet = false;
    this.at = moment;
  }

  written(text) {
    if (this.quiet) return;
    this.at = Date.now() + this.ahead;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), text.trim() ? PAUSE : 0);
  }

  async save(leaving = false) {
    clearTimeout(this.timer);
    this.timer = 0;
    const text = this.composer.draft;
    if (text === this.saved) return;
    this.saved = text;
    const change = { draft: text, at: new Date(this.at).toISOString() };
    try {
      await this.wire.request(this.address, { method: "POST", body: JSON.stringify(change), keepalive: leaving });
    } catch {
      this.saved = null; // the next key tries again; in this browser it is kept
    }
  }
}
