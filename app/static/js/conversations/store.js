// What this page knows of one conversation: stored messages by seq, and those still on their way out.
export class Store {
  constructor(state, lines, waiting) {
    this.state = state;
    this.lines = new Map();
    this.nonces = new Set();
    this.waiting = waiting; // {nonce, body, at, error?}, oldest first
    this.first = lines.length ? lines[0].seq : 1;
    this.edge = this.first - 1; // everything from first to edge is here without a gap
    this.mergeAll(lines);
  }

  mergeAll(lines) {
    return lines.map((line) => this.merge(line)).some(Boolean);
  }

  /** Take in a stored message; false when it was known. Its waiting twin goes. */
  merge(line) {
    this.waiting = this.waiting.filter((item) => item.nonce !== line.nonce);
    if (this.lines.has(line.seq)) return false;
    this.lines.set(line.seq, line);
    this.nonces.add(line.nonce);
    if (line.seq < this.first) this.first = line.seq;
    while (this.lines.has(this.edge + 1)) this.edge += 1;
    if (line.seq > this.state.last_seq) this.state.last_seq = line.seq;
    return true;
  }

  get gap() {
    return this.edge < this.state.last_seq;
  }

  get sorted() {
    return [...this.lines.values()].sort((a, b) => a.seq - b.seq);
  }

  queue(item) {
    if (!this.nonces.has(item.nonce) && !this.waiting.some((one) => one.nonce === item.nonce)) this.waiting.push(item);
  }

  drop(nonce) {
    this.waiting = this.waiting.filter((item) => item.nonce !== nonce);
  }

  fail(nonce, error) {
    const item = this.waiting.find((one) => one.nonce === nonce);
    if (item) item.error = error;
  }
}
