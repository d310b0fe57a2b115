// The person on the other side: typing now, or here at all.
const TYPING = 4000; // ms after the last sign of it

export class Other {
  constructor(words) {
    this.words = words;
    this.line = document.querySelector("#typing > span");
  }

  typing() {
    this.here();
    this.line.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.still(), TYPING);
  }

  still() {
    this.line.hidden = true;
  }

  here() {
    document.querySelector("#talk [data-online]").classList.add("online");
    document.querySelector("#talk [data-seen]").textContent = this.words.online;
  }
}
