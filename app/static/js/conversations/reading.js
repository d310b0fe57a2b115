// What has been on screen of a page somebody looks at is read; the server hears of it once in a while.
export class Reading {
  constructor(store, log, wire, enabled) {
    Object.assign(this, { store, log, wire });
    this.told = store.state.read;
    if (enabled) log.onLook = (seq) => this.look(seq);
  }

  look(seq) {
    if (seq <= this.told || document.visibilityState !== "visible" || !document.hasFocus()) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(this.log.lastSeen()), 120);
  }

  async tell(seq) {
    if (seq <= this.told) return;
    const before = this.told;
    this.told = seq;
    this.store.settle({ read: seq });
    this.log.looked();
    try {
      await this.wire.read(seq);
    } catch {
      this.told = before; // said again at the next look
    }
  }
}
