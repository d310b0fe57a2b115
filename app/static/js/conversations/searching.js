// Search in the open conversation: the panel under its head, from match to match, the words marked where they stand.
import { Refused } from "./wire.js";

const PAUSE = 250; // ms after the last letter

export class Searching {
  constructor(log, jumps, wire, words, { closed }) {
    Object.assign(this, { log, jumps, wire, words, closed });
    this.panel = document.getElementById("talk-find");
    this.button = document.getElementById("talk-find-open");
    this.field = this.panel.querySelector("input");
    this.count = this.panel.querySelector(".count");
    this.steps = [...this.panel.querySelectorAll("[data-step]")];
    this.forget();
    this.button.addEventListener("click", () => (this.panel.hidden ? this.open() : this.close()));
    this.panel.querySelector("[data-close]").addEventListener("click", () => this.close());
    this.panel.addEventListener("submit", (event) => event.preventDefault());
    this.panel.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("input", () => this.later());
    for (const step of this.steps) step.addEventListener("click", () => this.step(Number(step.dataset.step)));
    log.onDraw = () => this.mark();
  }

  open() {
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.field.focus();
    this.field.select();
    if (this.field.value.trim()) this.ask();
  }

  close() {
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.forget();
    this.closed();
  }

  forget() {
    this.hits = []; // seqs, the newest first
    this.sought = null;
    this.show();
    this.mark();
  }

  pressed(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.target === this.field) this.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.field.value.trim();
    if (!text) return this.forget();
    try {
      const answer = await this.wire.search(text);
      if (text === this.field.value.trim() && !this.panel.hidden) this.found(answer);
    } catch (error) {
      if (error instanceof Refused) this.count.textContent = error.message;
    }
  }

  found({ hits, more, words }) {
    this.hits = hits;
    this.more = more; // and earlier ones, which nobody goes through one by one
    this.at = 0;
    this.sought = words.length ? pattern(words) : null;
    this.show();
    this.mark();
    if (hits.length) this.jumps.to(hits[0]);
  }

  /** One match earlier (1) or later (-1), round and round. */
  step(by) {
    if (!this.hits.length) return;
    this.at = (this.at + by + this.hits.length) % this.hits.length;
    this.show();
    this.jumps.to(this.hits[this.at]);
  }

  show() {
    const { length } = this.hits;
    const found = this.words.found.replace("{n}", (this.at ?? 0) + 1).replace("{all}", length + (this.more ? "+" : ""));
    this.count.textContent = length ? found : this.field.value.trim() ? this.words.nothing : "";
    for (const step of this.steps) step.disabled = length < 2;
  }

  /** Marks the words without touching the messages; a browser that cannot still counts and jumps. */
  mark() {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.delete("found");
    if (this.sought) CSS.highlights.set("found", new Highlight(...this.places()));
  }

  *places() {
    for (const body of this.log.box.querySelectorAll(".msg .body")) {
      const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) yield* ranges(walker.currentNode, this.sought);
    }
  }
}

function pattern(words) {
  const longestFirst = [...words].sort((a, b) => b.length - a.length); // words are letters and digits only
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst.join("|")})(?![\\p{L}\\p{N}])`, "giu");
}

function* ranges(node, sought) {
  for (const { index, 0: word } of node.data.matchAll(sought)) {
    const range = new Range();
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    yield range;
  }
}
