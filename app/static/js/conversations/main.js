// The chat page: what the server drew comes to life. Each module does one thing; here they meet.
import { Bubbles } from "./bubbles.js";
import { CatchUp } from "./catchup.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { clockwork } from "./dates.js";
import { Log, linesOf } from "./log.js";
import { Other } from "./other.js";
import { Outbox, newNonce } from "./outbox.js";
import { Reading } from "./reading.js";
import { readyAnswers } from "./ready.js";
import { Sender } from "./sender.js";
import { Standing } from "./standing.js";
import { Store } from "./store.js";
import { followThreads } from "./threads.js";
import { Wire } from "./wire.js";

const settings = JSON.parse(document.getElementById("chat-settings").textContent);
const { me, words } = settings;
const box = document.getElementById("log");
const form = document.getElementById("compose");

const outbox = new Outbox(me, settings.conversation);
const store = new Store(settings.state, linesOf(box, settings), outbox.all());
const bubbles = new Bubbles(settings, clockwork(settings.locale, settings.timezone, words));
const log = new Log(box, store, bubbles, settings);
const wire = new Wire(settings);
const other = new Other(words);
const sender = new Sender(store, outbox, wire, settings, (change) => log.update(change));
const composer = form && new Composer(form, settings, say, () => wire.typing());
if (composer && settings.ready?.length) readyAnswers(composer, settings.ready);
const catchUp = new CatchUp(store, wire, { merged, refused });
const standing = new Standing(store, wire, composer, settings, () => catchUp.run());
new Reading(store, log, wire, settings.side !== "owner");
const connection = new Connection(wire, words, { back: reconnected });

for (const item of outbox.all()) if (store.nonces.has(item.nonce)) outbox.remove(item.nonce);
log.start();
standing.show();
if (composer && !composer.finger && store.state.open) composer.field.focus({ preventScroll: true });
sender.flush();

function say(body) {
  const item = { nonce: newNonce(), body, at: new Date().toISOString() };
  outbox.add(item);
  log.newFrom = 0;
  log.update(() => store.queue(item));
  log.scrollToEnd();
  sender.flush();
}

/** Whether a person is on this reader's side: the operators of the support desk are one. */
const ours = (person) => person === me || Boolean(settings.left && person !== settings.left);

wire.on("message", (line) => {
  if (line.sender && !ours(line.sender)) {
    other.here();
    other.still();
  }
  merged([line], () => store.merge(line));
  log.nodes.get(line.nonce)?.classList.add("fresh");
  if (store.gap) catchUp.run();
});

wire.on("message:read", ({ seq, by }) => {
  if (!ours(by)) other.here();
  log.update(() => store.settle({ [ours(by) ? "read" : "other_read"]: seq }));
});

wire.on("conversation:state", (state) => {
  store.settle(state);
  standing.show();
  other.still();
});

wire.on("typing", ({ by }) => !ours(by) && other.typing());

function merged(messages, change) {
  for (const line of messages) outbox.remove(line.nonce);
  log.update(change);
  standing.show();
}

function refused({ code }) {
  if (code === "unauthorized") connection.say(words.signedOut);
}

function reconnected() {
  catchUp.run();
  sender.flush();
  sender.flushOthers();
}

function looking() {
  if (document.visibilityState !== "visible") return;
  catchUp.run();
  sender.flush();
  log.looked();
}

document.addEventListener("visibilitychange", looking);
addEventListener("focus", looking);
addEventListener("online", () => sender.flush());
addEventListener("resize", () => log.atEnd && log.scrollToEnd());
setInterval(() => wire.connected || looking(), 10000); // while the socket is down the page still asks now and then

let loading = false;
log.onTop = async () => {
  if (loading || store.first <= 1) return;
  loading = true;
  try {
    const { messages } = await wire.before(store.first);
    log.update(() => store.mergeAll(messages));
    if (store.first <= 1) log.top.replaceChildren();
  } catch {
    // Scrolling again tries again.
  }
  loading = false;
};

box.addEventListener("click", (event) => {
  const action = event.target.closest("[data-action]")?.dataset.action;
  if (!action) return;
  const { nonce } = event.target.closest("[data-nonce]").dataset;
  if (action === "retry") sender.retry(nonce);
  else sender.drop(nonce);
});

for (const button of document.querySelectorAll("[data-pane-to]")) {
  button.addEventListener("click", () => (document.body.dataset.pane = button.dataset.paneTo));
}
const list = document.querySelector("[data-threads]");
if (list?.dataset.refresh && !list.closest(".desk")) followThreads(list, me); // the desk follows its own
