// Coming back: everything after the last message without a gap, what was changed meanwhile, and the state as it is now.
import { Refused } from "./wire.js";

export class CatchUp {
  constructor(store, wire, { merged, refused }) {
    Object.assign(this, { store, wire, merged, refused });
    this.running = null;
  }

  run() {
    this.running ??= this.pages().finally(() => (this.running = null));
    return this.running;
  }

  async pages() {
    try {
      while (await this.page());
    } catch (error) {
      if (error instanceof Refused) this.refused(error);
    }
  }

  /** Whether there is more to ask for. */
  async page() {
    const { store } = this;
    const { tail, changes } = store;
    const answer = await this.wire.since(tail, changes);
    this.merged(answer.messages, () => store.catchUp(answer));
    return store.gap && (store.tail > tail || store.changes > changes);
  }
}
