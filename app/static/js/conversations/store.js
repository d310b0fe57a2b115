// What this page knows of one conversation: stored messages by seq, and those still on their way out.
import { quoteOf } from "./quotes.js";

export class Store {
  constructor(state, lines) {
    this.state = state;
    this.changes = state.changes; // every edit and deletion up to this number is here
    this.waiting = []; // items of unsent/kept.js, oldest first
    this.stalled = false; // they wait for the network
    this.reset(lines);
  }

  /** Begin anew with these lines: the newest ones, or a window further up (``apart`` from the end). */
  reset(lines) {
    this.lines = new Map();
    this.nonces = new Set();
    this.first = lines.length ? lines.at(-1).seq + 1 : 1;
    this.edge = this.first - 1; // everything from first to edge is here without a gap
    this.apart = this.edge < this.state.last_seq;
    this.mergeAll(lines);
  }

  mergeAll(lines) {
    const older = lines.filter((line) => line.seq < this.first).reverse(); // history joins from its near end
    const newer = lines.filter((line) => line.seq >= this.first);
    for (const line of [...older, ...newer]) this.merge(line);
  }

  /** Take in a stored message, known or not; its waiting twin goes. One from beyond what is loaded stays there. */
  merge(line) {
    this.waiting = this.waiting.filter((item) => item.nonce !== line.nonce);
    if (line.seq > this.state.last_seq) this.state.last_seq = line.seq;
    if (this.lines.has(line.seq)) return this.replace(line);
    if (line.seq < this.first - 1 || (this.apart && line.seq > this.edge + 1)) return;
    this.lines.set(line.seq, line);
    this.nonces.add(line.nonce);
    if (line.seq < this.first) this.first = line.seq;
    while (this.lines.has(this.edge + 1)) this.edge += 1;
    if (this.edge >= this.state.last_seq) this.apart = false;
  }

  /** Take in an edited or deleted message; also what its answers quote of it. */
  change(line) {
    if (line.change === this.changes + 1) this.changes += 1;
    this.replace(line);
    const quoted = quoteOf(this.lines.get(line.seq) ?? line);
    for (const other of this.lines.values()) if (other.reply_to?.id === line.id) other.reply_to = quoted;
  }

  replace(line) {
    const known = this.lines.get(line.seq);
    if (known && line.change >= known.change) this.lines.set(line.seq, line);
  }

  /** The server's answer to «what was missed after tail and changes», a page of it. */
  catchUp({ messages, changed = [], state }) {
    this.mergeAll(messages);
    for (const line of changed) this.change(line);
    const heard = changed.length ? changed.at(-1).change : state.changes;
    this.changes = Math.max(this.changes, heard ?? 0);
    this.settle(state);
  }

  /** Take over what the server says of the conversation; read marks and the end only ever go forward. */
  settle(state) {
    const ahead = {};
    for (const name of ["read", "other_read", "last_seq", "changes"]) {
      ahead[name] = Math.max(this.state[name], state[name] ?? 0);
    }
    Object.assign(this.state, state, ahead);
  }

  /** The last message this page has or leaves out on purpose. */
  get tail() {
    return this.apart ? this.state.last_seq : this.edge;
  }

  get gap() {
    return this.tail < this.state.last_seq || this.changes < this.state.changes;
  }

  get sorted() {
    return [...this.lines.values()].sort((a, b) => a.seq - b.seq);
  }

  /** Take in an unsent message, or what has become of it. */
  queue(item) {
    if (this.nonces.has(item.nonce)) return;
    const known = this.waiting.find((one) => one.nonce === item.nonce);
    if (known) Object.assign(known, { order: item.order, error: item.error, code: item.code, fleeting: item.fleeting });
    else this.waiting.push(item);
    this.waiting.sort((a, b) => (a.order ?? Infinity) - (b.order ?? Infinity));
  }

  drop(nonce) {
    this.waiting = this.waiting.filter((item) => item.nonce !== nonce);
  }
}
