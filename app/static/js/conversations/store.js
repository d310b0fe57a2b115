// What this page knows of one conversation: stored messages by seq, and those still on their way out.
export class Store {
  constructor(state, lines, waiting) {
    this.state = state;
    this.lines = new Map();
    this.nonces = new Set();
    this.waiting = []; // {nonce, body, at, error?}, oldest first
    this.first = lines.length ? lines.at(-1).seq + 1 : 1;
    this.edge = this.first - 1; // everything from first to edge is here without a gap
    this.mergeAll(lines);
    for (const item of waiting) this.queue(item);
  }

  mergeAll(lines) {
    for (const line of [...lines].reverse()) this.merge(line); // a page of history joins from its near end
  }

  /** Take in a stored message, known or not; its waiting twin goes. One from beyond the loaded history stays there. */
  merge(line) {
    this.waiting = this.waiting.filter((item) => item.nonce !== line.nonce);
    if (this.lines.has(line.seq) || line.seq < this.first - 1) return;
    this.lines.set(line.seq, line);
    this.nonces.add(line.nonce);
    if (line.seq < this.first) this.first = line.seq;
    while (this.lines.has(this.edge + 1)) this.edge += 1;
    if (line.seq > this.state.last_seq) this.state.last_seq = line.seq;
  }

  /** Take over what the server says of the conversation; read marks and the end only ever go forward. */
  settle(state) {
    const ahead = {};
    for (const name of ["read", "other_read", "last_seq"]) ahead[name] = Math.max(this.state[name], state[name] ?? 0);
    Object.assign(this.state, state, ahead);
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
