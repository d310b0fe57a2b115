// The person on the other side: typing now, or here at all.
const TYPING = 4000; // ms after the last sign of it
const HERE = 90000; // as services/conversations.py ONLINE

export class Other {
  constructor({ words, me, them, shown }, socket) {
    Object.assign(this, { words, me, them, shown });
    this.line = document.querySelector("#typing > span");
    if (document.querySelector("#talk [data-online].online")) this.here();
    socket.on("presence:changed", (change) => this.switched(change));
  }

  /** Either has begun to show when they are here, or to hide it; then neither sees the other's. */
  switched({ person, shown }) {
    if (person === this.me) this.shown[0] = shown;
    if (person === this.them) this.shown[1] = shown;
    if (this.visible) return;
    clearTimeout(this.leaving);
    this.show(false);
  }

  get visible() {
    return this.shown.every(Boolean);
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
    if (!this.visible) return;
    this.show(true);
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => this.show(false), HERE);
  }

  show(online) {
    document.querySelector("#talk [data-online]").classList.toggle("online", online);
    const said = online ? this.words.online : this.words.lately;
    document.querySelector("#talk [data-seen]").textContent = this.visible ? said : "";
  }
}
