// Writes into the queue of unsent messages and sends what of it belongs here, until each is acknowledged or refused.
// The queue is one for all pages of this browser: what another of them adds, sends or drops is seen here at once.
import "../unsent/kept.js";
import "../unsent/delivery.js";

const { kept, delivery } = self;
const PAUSES = [1, 2, 4, 8, 15]; // seconds between tries while the server is not reached
const PATIENCE = 5; // seconds of «too fast», where the server does not say how many

export class Sender {
  constructor(store, wire, settings, { changed, paused, refused, notKept }) {
    Object.assign(this, { store, wire, settings, changed, paused, refused, notKept });
    this.tries = 0;
    kept.listen((news) => this.heard(news));
  }

  /** Shows what was left here earlier, and sends it. */
  async start() {
    if (this.settings.viewing) return; // nothing of theirs is an owner's to send
    const items = (await kept.of(this.settings.me)).filter((item) => this.ours(item));
    this.changed(() => items.forEach((item) => this.show(item)));
    for (const { nonce } of items) if (this.store.nonces.has(nonce)) await kept.remove(nonce);
    this.flush();
  }

  async write(item) {
    const { me: person, conversation, base: address, words } = this.settings;
    Object.assign(item, { person, conversation, address, to: words.name });
    this.changed(() => this.store.queue(item));
    await kept.add(item);
    if (item.fleeting) this.notKept(item);
    if (!navigator.onLine) delivery.wakeUp();
    this.flush();
  }

  async flush() {
    this.more = true;
    if (this.busy || this.settings.viewing) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      while (this.more) await this.round();
      this.proceed();
    } catch (error) {
      this.wait(error);
    }
    this.busy = false;
  }

  round() {
    this.more = false;
    const { me, conversation } = this.settings;
    return delivery.deliver(me, conversation, async (item) => {
      const shown = this.store.waiting.find((one) => one.nonce === item.nonce); // it draws the progress
      const message = await this.wire.send(shown ?? item);
      this.proceed();
      return message;
    });
  }

  proceed() {
    this.tries = 0;
    this.hold(false);
    this.paused(0);
  }

  /** Not the message's fault: it waits, and the page says for what. */
  wait(error) {
    const tooFast = error.code === "too_many";
    const pause = tooFast ? error.retryAfter ?? PATIENCE : PAUSES[Math.min(this.tries++, PAUSES.length - 1)];
    this.hold(!tooFast);
    delivery.wakeUp();
    if (tooFast) this.paused(pause);
    else if (error.code) this.refused(error);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), (pause + Math.random() * Math.min(pause, 4)) * 1000);
  }

  hold(stalled) {
    if (this.store.stalled !== stalled) this.changed(() => (this.store.stalled = stalled));
  }

  /** An address of a file's bytes lives as long as the page that made it: what comes from elsewhere gets a new one. */
  show(item) {
    if (item.file && !this.store.waiting.some((one) => one.nonce === item.nonce)) {
      const url = URL.createObjectURL(item.file);
      item.media = { ...item.media, url, thumb: item.media.thumb && url };
    }
    this.store.queue(item);
  }

  ours(item) {
    return item.person === this.settings.me && item.conversation === this.settings.conversation;
  }

  heard({ what, item, message }) {
    if (what === "removed") return this.removed(item.nonce, message);
    if (this.ours(item)) this.changed(() => this.show(item));
  }

  removed(nonce, message) {
    const waits = this.store.waiting.some((item) => item.nonce === nonce);
    if (waits) this.changed(() => (message ? this.store.merge(message) : this.store.drop(nonce)));
  }

  async retry(nonce) {
    const item = this.store.waiting.find((one) => one.nonce === nonce);
    if (!item) return;
    await kept.change(item, { error: null, code: null });
    this.changed();
    this.flush();
  }

  drop(nonce) {
    this.store.waiting.find((item) => item.nonce === nonce)?.abort?.();
    this.changed(() => this.store.drop(nonce));
    kept.remove(nonce).then(() => this.flush());
  }
}
