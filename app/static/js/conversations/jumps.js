// To a message wherever it is: on screen, loaded, or far up; and back to the newest.
export class Jumps {
  constructor(store, log, wire) {
    Object.assign(this, { store, log, wire });
    this.loading = false;
    log.onTop = () => this.store.first > 1 && this.load({ before: this.store.first });
    log.onBottom = () => this.load({ since: this.store.edge });
    log.onEnd = () => this.newest();
    log.box.addEventListener("click", (event) => this.clicked(event));
  }

  clicked(event) {
    const quote = event.target.closest(".quote");
    if (!quote || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.to(Number(quote.dataset.to));
  }

  async to(seq) {
    if (!this.store.lines.has(seq) && !(await this.window({ around: seq }))) return;
    this.log.show(seq);
  }

  /** The end, whether it is loaded or not. */
  async newest() {
    if (this.store.apart && !(await this.window())) return;
    this.log.scrollToEnd();
    this.log.looked();
  }

  /** Begin anew with another page of the log. Whether that came. */
  async window(which = {}) {
    try {
      const { messages, state } = await this.wire.history(which);
      this.store.settle(state);
      this.store.reset(messages);
      this.log.render();
      return true;
    } catch {
      return false;
    }
  }

  /** One more page above or below, without moving what is read. */
  async load(which) {
    if (this.loading) return;
    this.loading = true;
    try {
      const { messages } = await this.wire.history(which);
      this.log.update(() => this.store.mergeAll(messages));
      if (this.store.first <= 1) this.log.top.replaceChildren();
    } catch {
      // Scrolling again tries again.
    }
    this.loading = false;
  }
}
