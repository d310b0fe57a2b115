// The log on screen: the store's messages in order under sticky days, and where the reader stands in them.
import { runs, shape } from "./albums.js";

const GROUP = 10 * 60 * 1000; // as app/talk.py GROUP
const NEAR = 80; // px from the end that still count as being there

export class Log {
  constructor(box, store, bubbles, settings) {
    Object.assign(this, { box, store, bubbles, settings });
    this.top = box.querySelector(".log-top");
    this.nodes = new Map();
    this.versions = new Map(); // nonce → what of the line can change, as it was drawn
    this.newFrom = 0; // seq above which the line «new messages» stands
    this.toEnd = document.getElementById("to-end");
    this.toEnd.addEventListener("click", () => (this.store.apart ? this.onEnd() : this.scrollToEnd("smooth")));
    box.addEventListener("scroll", () => this.looked(), { passive: true });
    new ResizeObserver(() => this.stood && this.scrollToEnd()).observe(box); // a keyboard, a growing composer
  }

  get atEnd() {
    return !this.store.apart && this.nearBottom;
  }

  get nearBottom() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR;
  }

  mine(line) {
    return line.sender === this.settings.me || Boolean(line.sender && this.settings.left && line.sender !== this.settings.left);
  }

  render() {
    const held = document.activeElement?.closest(".msg")?.dataset.nonce;
    const wanted = [this.top, ...this.items()];
    let at = this.box.firstChild;
    for (const node of wanted) {
      if (node === at) at = at.nextSibling;
      else this.box.insertBefore(node, at);
    }
    while (at) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
    this.hold(this.nodes.get(held));
    this.onDraw?.();
    this.looked();
  }

  /** A message that was drawn anew (edited, deleted) keeps the focus it had. */
  hold(node) {
    if (!node || document.activeElement !== document.body) return;
    node.tabIndex = 0;
    node.focus({ preventScroll: true });
  }

  *items() {
    const { store, bubbles } = this;
    let day = "", last = null, marked = false;
    const lines = [...store.sorted, ...store.waiting.map((item) => ({ ...item, sender: this.settings.me }))];
    for (const run of runs(lines, (above, line) => this.splits(above, line))) {
      const [line] = run;
      const date = dateOf(line);
      const key = bubbles.clock.dayKey(date);
      if (key !== day) {
        day = key;
        last = null;
        const label = this.node(`day ${key}`, () => bubbles.day(date));
        bubbles.renameDay(label, date);
        yield label;
      }
      if (!marked && this.newFrom && line.seq > this.newFrom && !this.mine(line)) {
        marked = true;
        last = null;
        yield this.node("unread", () => bubbles.unreadLine());
      }
      const nodes = [];
      for (const line of run) {
        nodes.push(this.item(line, last, dateOf(line)));
        last = { sender: line.sender, date: dateOf(line) };
      }
      yield run.length > 1 ? this.album(run, nodes) : nodes[0];
    }
  }

  /** A new day begins between the two, or the line «new messages» stands there. */
  splits(above, line) {
    const { clock } = this.bubbles;
    const isNew = this.newFrom && above.seq <= this.newFrom && line.seq > this.newFrom && !this.mine(line);
    return isNew || clock.dayKey(dateOf(above)) !== clock.dayKey(dateOf(line));
  }

  album(run, nodes) {
    const box = this.node(`album ${run[0].nonce}`, () => document.createElement("div"));
    box.className = shape(run);
    for (const name of ["me", "first"]) box.classList.toggle(name, nodes[0].classList.contains(name));
    if (box.children.length !== nodes.length || nodes.some((node, n) => box.children[n] !== node)) box.replaceChildren(...nodes);
    return box;
  }

  item(line, last, date) {
    if (line.kind === "system") return this.node(`seq ${line.seq}`, () => this.bubbles.system(line));
    const mine = this.mine(line) || (this.settings.side === "owner" && line.sender === this.settings.right);
    this.forget(line);
    const node = this.node(line.nonce, () => this.bubbles.message(line, mine));
    if (line.seq) node.dataset.seq = line.seq;
    node.classList.toggle("first", !last || last.sender !== line.sender || date - last.date >= GROUP);
    if (mine) this.bubbles.mark(node, this.stateOf(line));
    this.bubbles.failure(node, line);
    return node;
  }

  /** Lets an edited line, or one whose quote has changed, be drawn anew. */
  forget({ nonce, seq, change = 0, reply_to = null, media }) {
    const version = JSON.stringify([change, reply_to, seq ? media : null]);
    if (this.versions.has(nonce) && this.versions.get(nonce) !== version) this.nodes.delete(nonce);
    this.versions.set(nonce, version);
  }

  stateOf(line) {
    if (line.code) return "failed";
    if (!line.seq) return this.store.stalled ? "waiting" : "sending";
    return line.seq <= this.store.state.other_read ? "read" : "sent";
  }

  node(key, make) {
    if (!this.nodes.has(key)) this.nodes.set(key, make());
    return this.nodes.get(key);
  }

  scrollToEnd(behavior = "instant") {
    this.box.scrollTo({ top: this.box.scrollHeight, behavior });
  }

  /** Draws over what the server drew, and opens at the line above what is new, else at the end. */
  start() {
    const { read, last_seq } = this.store.state;
    if (read < last_seq) this.newFrom = read || -1;
    this.box.replaceChildren(this.top);
    this.render();
    const line = this.nodes.get("unread");
    if (line) line.scrollIntoView({ block: "start" });
    else this.scrollToEnd();
    this.looked();
  }

  /** Draw, and stay where the reader was: at the end if there, else at the same message. */
  update(change = () => {}) {
    const end = this.atEnd;
    const height = this.box.scrollHeight, top = this.box.scrollTop, first = this.store.first;
    change();
    this.render();
    if (this.store.first < first) this.box.scrollTop = top + this.box.scrollHeight - height;
    else if (end) this.scrollToEnd();
    this.looked();
  }

  /** Of the days stuck at the top only the last is seen, or a longer one would peep out behind it. */
  stackDays() {
    const days = [...this.box.querySelectorAll(".day")];
    const top = this.box.getBoundingClientRect().top;
    const stuck = days.map((day) => day.getBoundingClientRect().top - top < 14);
    days.forEach((day, n) => day.classList.toggle("passed", Boolean(stuck[n + 1])));
  }

  looked() {
    this.stood = this.atEnd;
    this.stackDays();
    this.toEnd.hidden = this.atEnd;
    this.toEnd.querySelector(".badge").textContent = this.behind || "";
    if (this.box.scrollTop < 200) this.onTop?.();
    if (this.store.apart && this.nearBottom) this.onBottom?.();
    this.onLook?.(this.lastSeen());
  }

  /** How many messages of the other side have not been on screen yet, with those beyond what is loaded. */
  get behind() {
    const { state, sorted, edge } = this.store;
    const here = sorted.filter((line) => line.seq > state.read && !this.mine(line)).length;
    return here + Math.max(0, state.last_seq - Math.max(edge, state.read));
  }

  /** Whether somebody sees what comes now. */
  get watched() {
    return this.atEnd && document.visibilityState === "visible" && document.hasFocus();
  }

  /** The line «new messages» moves above what came while nobody looked… */
  arrived(line) {
    if (!this.mine(line) && !this.watched && this.store.state.read >= line.seq - 1) this.newFrom = line.seq - 1;
  }

  /** …and goes when everything has been read and the reader turns away. */
  left() {
    if (!this.newFrom || this.store.state.read < this.store.state.last_seq) return;
    this.newFrom = 0;
    this.update();
  }

  /** Show a loaded message in the middle, with a flash. */
  show(seq) {
    const node = this.box.querySelector(`[data-seq="${seq}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "instant" });
    node.classList.remove("flash");
    void node.offsetWidth; // so that the flash begins again
    node.classList.add("flash");
    node.addEventListener("animationend", () => node.classList.remove("flash"), { once: true });
    this.looked();
  }

  /** The highest seq whose bubble's end has been on screen. */
  lastSeen() {
    if (this.atEnd) return this.store.edge;
    const bottom = this.box.getBoundingClientRect().bottom;
    const seen = [...this.box.querySelectorAll("[data-seq]")].reverse();
    return Number(seen.find((node) => node.getBoundingClientRect().bottom <= bottom + 4)?.dataset.seq ?? 0);
  }
}

const dateOf = (line) => new Date(line.created_at ?? line.at);
