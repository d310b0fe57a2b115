// Coming back: everything after the last message without a gap, page by page, and the state as it is now.
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
    const before = this.store.edge;
    const { messages, state } = await this.wire.since(before);
    this.merged(messages, () => {
      this.store.mergeAll(messages);
      this.store.settle(state);
    });
    return this.store.edge < state.last_seq && this.store.edge > before;
  }
}
