// The chat page: what the server drew comes to life.
import { Bubbles } from "./bubbles.js";
import { Composer } from "./composer.js";
import { clockwork } from "./dates.js";
import { Log, linesOf } from "./log.js";
import { Outbox, newNonce } from "./outbox.js";
import { Sender } from "./sender.js";
import { Store } from "./store.js";
import { followThreads } from "./threads.js";
import { Refused, Wire } from "./wire.js";
import { toast } from "../toast.js";

const settings = JSON.parse(document.getElementById("chat-settings").textContent);
const { words } = settings;
const box = document.getElementById("log");
const outbox = new Outbox(settings.me, settings.conversation);
const store = new Store(settings.state, linesOf(box, settings), []);
for (const item of outbox.all()) store.queue(item);
const bubbles = new Bubbles(settings, clockwork(settings.locale, settings.timezone, words));
const log = new Log(box, store, bubbles, settings);
const wire = new Wire(settings);
const sender = new Sender(store, outbox, wire, settings, (change) => log.update(change));

// ── drawing what is there
if (store.state.read < store.state.last_seq) log.newFrom = store.state.read || -1;
box.replaceChildren(log.top);
log.render();
log.open();

// ── writing
const form = document.getElementById("compose");
const composer = form && new Composer(form, settings, say, typing);
let typedAt = 0;

function say(body) {
  const item = { nonce: newNonce(), body, at: new Date().toISOString() };
  outbox.add(item);
  log.newFrom = 0;
  log.update(() => store.queue(item));
  log.scrollToEnd();
  sender.flush();
}

function typing() {
  if (Date.now() - typedAt < 2500) return;
  typedAt = Date.now();
  wire.typing();
}

box.addEventListener("click", (event) => {
  const action = event.target.closest("[data-action]")?.dataset.action;
  if (!action) return;
  const { nonce } = event.target.closest("[data-nonce]").dataset;
  if (action === "retry") sender.retry(nonce);
  else sender.drop(nonce);
});

// ── hearing
wire.on("message", (line) => {
  if (line.sender !== settings.me) hideTyping();
  if (store.merge(line)) {
    outbox.remove(line.nonce);
    log.update();
    bubbles && log.nodes.get(line.nonce)?.classList.add("fresh");
  }
  if (store.gap) catchUp();
});

wire.on("message:read", ({ seq, by }) => {
  const side = by === settings.me ? "read" : "other_read";
  if (seq <= store.state[side]) return;
  store.state[side] = seq;
  log.update();
});

wire.on("conversation:state", (state) => {
  Object.assign(store.state, state);
  showState();
});

const typingLine = document.querySelector("#typing > span");
let typingTimer = 0;
wire.on("typing", ({ by }) => {
  if (by === settings.me) return;
  typingLine.hidden = false;
  showSeen(true);
  clearTimeout(typingTimer);
  typingTimer = setTimeout(hideTyping, 4000);
});

function hideTyping() {
  typingLine.hidden = true;
}

// ── coming back: everything after the last message without a gap
let catching = null;
function catchUp() {
  catching ??= ask().finally(() => (catching = null));
  return catching;
}

async function ask() {
  try {
    for (;;) {
      const { messages, state } = await wire.since(store.edge);
      const before = store.edge;
      for (const line of messages) outbox.remove(line.nonce);
      log.update(() => {
        store.mergeAll(messages);
        const read = Math.max(store.state.read, state.read);
        Object.assign(store.state, state, { read });
      });
      showState();
      if (store.edge >= state.last_seq || store.edge === before) return;
    }
  } catch (error) {
    if (error instanceof Refused && error.code === "unauthorized") say_connection(words.signedOut);
  }
}

// ── history upwards
let loading = false;
let more = settings.older;
log.onTop = async () => {
  if (loading || !more || store.first <= 1) return;
  loading = true;
  try {
    const { messages } = await wire.before(store.first);
    more = messages.length > 0 && messages[0].seq > 1;
    log.update(() => store.mergeAll(messages));
    if (!more) log.top.replaceChildren();
  } catch {
    // scrolling again tries again
  }
  loading = false;
};

// ── reading
let told = store.state.read;
let reading = 0;
log.onLook = (seq) => {
  if (settings.side === "owner" || seq <= told || document.visibilityState !== "visible" || !document.hasFocus()) return;
  clearTimeout(reading);
  reading = setTimeout(() => tellRead(log.lastSeen()), 120);
};

function tellRead(seq) {
  if (seq <= told) return;
  told = seq;
  store.state.read = Math.max(store.state.read, seq);
  wire.read(seq).catch?.(() => {
    told = 0; // said again at the next look
  });
  log.looked();
}

// ── the state of the conversation and of the line
const closed = document.getElementById("closed");

function showState() {
  const open = store.state.open && settings.maySend;
  const focused = document.activeElement === composer?.field || closed.contains(document.activeElement);
  composer?.show(open);
  closed.hidden = open;
  for (const button of document.querySelectorAll("form[data-switch]")) {
    if (button.dataset.switch) button.hidden = (button.dataset.switch === "open") !== store.state.open;
  }
  if (!focused) return;
  if (open) composer.field.focus();
  else closed.querySelector("button")?.focus();
}

for (const switcher of document.querySelectorAll("form[data-switch]")) {
  switcher.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.target.closest("details")?.removeAttribute("open");
    try {
      const { state } = await wire.post(switcher.action);
      Object.assign(store.state, state, { read: Math.max(state.read, store.state.read) });
      showState();
      catchUp();
    } catch (error) {
      toast(error instanceof Refused ? error.message : words.broken, { kind: "bad" });
    }
  });
}

const connection = document.getElementById("connection");
let quiet = 0;

function say_connection(text) {
  connection.textContent = text;
  connection.hidden = !text;
}

function showSeen(online) {
  document.querySelector("[data-online]").classList.toggle("online", online);
  if (online) document.querySelector("[data-seen]").textContent = words.online;
}

wire.socket.on("connect", () => {
  clearTimeout(quiet);
  say_connection("");
  catchUp();
  sender.flush();
  sender.flushOthers();
});
wire.socket.on("disconnect", lost);
wire.socket.on("connect_error", (error) => {
  if (error.message === "unauthorized" || error.message === "blocked") say_connection(words.signedOut);
  else lost();
});

function lost() {
  clearTimeout(quiet);
  quiet = setTimeout(() => !wire.connected && say_connection(words.offline), 1500); // a blink is not worth a word
}

function back() {
  if (document.visibilityState !== "visible") return;
  catchUp();
  sender.flush();
  log.looked();
}
document.addEventListener("visibilitychange", back);
addEventListener("focus", back);
addEventListener("online", () => sender.flush());
addEventListener("storage", (event) => {
  if (event.key === outbox.key) catchUp();
});

// While the socket is down the page still looks now and then.
setInterval(() => !wire.connected && document.visibilityState === "visible" && catchUp(), 10000);

// ── the panes around it
const list = document.querySelector("[data-threads]");
if (list?.dataset.refresh) followThreads(list, settings.me);
for (const button of document.querySelectorAll("[data-pane-to]")) {
  button.addEventListener("click", () => (document.body.dataset.pane = button.dataset.paneTo));
}
if (composer && !composer.finger && store.state.open) composer.field.focus({ preventScroll: true });
addEventListener("resize", () => log.atEnd && log.scrollToEnd());
showState();
sender.flush();
