// Sends what waits, one after another and in order, until each is acknowledged or refused.
import { Refused } from "./wire.js";
import { Outbox } from "./outbox.js";

const PAUSES = [1, 2, 4, 8, 15]; // seconds between tries while the server is not reached

export class Sender {
  constructor(store, outbox, wire, settings, changed) {
    Object.assign(this, { store, outbox, wire, settings, changed });
    this.busy = false;
    this.tries = 0;
  }

  get next() {
    return this.store.waiting.find((item) => !item.error);
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      while (this.next) await this.one(this.next);
      this.tries = 0;
    } catch {
      this.later(PAUSES[Math.min(this.tries++, PAUSES.length - 1)]);
    }
    this.busy = false;
  }

  async one(item) {
    try {
      this.delivered(item.nonce, await this.wire.send(item));
    } catch (error) {
      if (!(error instanceof Refused) || error.code === "too_many") throw error;
      this.store.fail(item.nonce, error.message);
      this.outbox.add({ ...item, error: error.message });
      this.changed();
    }
  }

  delivered(nonce, message) {
    this.outbox.remove(nonce);
    this.changed(() => this.store.merge(message));
  }

  later(seconds) {
    this.timer = setTimeout(() => this.flush(), seconds * 1000);
  }

  retry(nonce) {
    const item = this.store.waiting.find((one) => one.nonce === nonce);
    if (!item) return;
    delete item.error;
    this.outbox.add(item);
    this.changed();
    this.flush();
  }

  drop(nonce) {
    this.store.waiting.find((item) => item.nonce === nonce)?.abort?.();
    this.store.drop(nonce);
    this.outbox.remove(nonce);
    this.changed();
  }

  /** What was left unsent in other conversations goes out from here too. */
  async flushOthers() {
    for (const [conversation, outbox] of Outbox.others(this.settings.me, this.settings.conversation)) {
      for (const item of outbox.all().filter((one) => !one.error)) {
        await this.wire.send(item, conversation).then(() => outbox.remove(item.nonce), () => {});
      }
    }
  }
}
