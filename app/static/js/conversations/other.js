// The person on the other side: typing now, or here at all.
const TYPING = 4000; // ms after the last sign of it
const HERE = 90000; // as services/conversations.py ONLINE

export class Other {
  constructor(words) {
    this.words = words;
    this.line = document.querySelector("#typing > span");
    if (document.querySelector("#talk [data-online].online")) this.here();
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
    this.show(true);
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => this.show(false), HERE);
  }

  show(online) {
    document.querySelector("#talk [data-online]").classList.toggle("online", online);
    document.querySelector("#talk [data-seen]").textContent = online ? this.words.online : this.words.lately;
  }
}
