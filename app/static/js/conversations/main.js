// The chat page: what the server drew comes to life. Each module does one thing; here they meet.
import { attend } from "../attention.js";
import { Actions } from "./actions.js";
import { Attachments } from "./media.js";
import { Bubbles } from "./bubbles.js";
import { CatchUp } from "./catchup.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { clockwork } from "./dates.js";
import { Drafts } from "./drafts.js";
import { Jumps } from "./jumps.js";
import { Keeping } from "./keeping.js";
import { Log } from "./log.js";
import { Menu } from "./menu.js";
import { newNonce } from "./nonces.js";
import { Note } from "./note.js";
import { Other } from "./other.js";
import { Player } from "./voice_player.js";
import { Quoting } from "./quoting.js";
import { Reading } from "./reading.js";
import { readyAnswers } from "./ready.js";
import { rowMenus } from "./rows.js";
import { Searching } from "./searching.js";
import { Sender } from "./sender.js";
import { shortcuts } from "./shortcuts.js";
import { Standing } from "./standing.js";
import { Store } from "./store.js";
import { awaitCopies, sendFiles } from "./media_sending.js";
import { followThreads } from "./threads.js";
import { toast } from "../toast.js";
import { Touch } from "./touch.js";
import { Viewer } from "./media_viewer.js";
import { Wire } from "./wire.js";

const settings = JSON.parse(document.getElementById("chat-settings").textContent);
const { me, words } = settings;
const box = document.getElementById("log");
const form = document.getElementById("compose");

const store = new Store(settings.state, settings.lines);
const attachments = new Attachments(settings, new Player(settings.files.words));
const bubbles = new Bubbles(settings, clockwork(settings.locale, settings.timezone, words), attachments);
const log = new Log(box, store, bubbles, settings);
const wire = new Wire(settings);
const other = new Other(settings, wire.socket);
const sender = new Sender(store, wire, settings, {
  changed: (change) => log.update(change),
  paused: (seconds) => connection.pause(seconds),
  refused,
  notKept: ({ fleeting }) => toast(words.unsent[fleeting], { kind: "bad", seconds: 12 }),
});
const composer = form && new Composer(form, settings, (text) => quoting.written(text), () => wire.typing());
const quoting = form && new Quoting(composer, settings, { send: say, edit: (line, text) => actions.save(line, text) });
const actions = new Actions(store, wire, settings, { quoting, changed });
const menu = new Menu(log, actions);
if (composer && settings.ready?.length) readyAnswers(composer, settings.ready);
if (composer && settings.draft) new Drafts(composer, wire, settings);
const keeping = settings.standing && new Keeping(wire, settings);
if (document.getElementById("own-note")) new Note(wire, settings);
shortcuts({ composer, keeping });
const catchUp = new CatchUp(store, wire, { merged, refused });
const standing = new Standing(store, wire, composer, settings, () => catchUp.run());
new Reading(store, log, wire, settings.side !== "owner");
new Touch(box, {
  menu,
  canReply: (node) => actions.of(menu.lineOf(node)).includes("reply"),
  reply: (node) => quoting.reply(menu.lineOf(node)),
});
const connection = new Connection(wire, words, { back: reconnected });

log.start();
standing.show();
const jumps = new Jumps(store, log, wire); // only now: scrolling to where one begins loads nothing
new Searching(log, jumps, wire, words, { closed: () => composer?.finger || composer?.field.focus() });
if (settings.at) jumps.to(settings.at);
if (composer && !composer.finger && store.state.open) composer.field.focus({ preventScroll: true });
sender.start();
if (wire.connected) catchUp.run(); // the bell's script may have been first: what was said since the page was made
new Viewer(box, attachments);
if (composer) sendFiles(form, { settings, attachments, composer, quoting, log, store }, queue);
awaitCopies(store, catchUp);

function say(body, reply_to) {
  return queue({ nonce: newNonce(), body, reply_to, at: new Date().toISOString() });
}

async function queue(item) {
  log.newFrom = 0;
  sender.write(item);
  await jumps.newest();
}

/** Whether a person is on this reader's side: the operators of the support desk are one. */
const ours = (person) => person === me || Boolean(settings.left && person !== settings.left);

attend(me, ours);

wire.on("message", (line) => {
  if (line.sender && !ours(line.sender)) {
    other.here();
    other.still();
  }
  merged([line], () => store.merge(line));
  if (line.kind === "system") catchUp.run(); // the inquiry was moved, or ended
  log.nodes.get(line.nonce)?.classList.add("fresh");
  if (store.gap) catchUp.run();
});

wire.on("message:changed", changed);

function changed(line) {
  quoting?.changed(line);
  log.update(() => {
    store.settle({ changes: line.change });
    store.change(line);
  });
  if (store.gap) catchUp.run();
}

wire.on("message:read", ({ seq, by }) => {
  if (!ours(by)) other.here();
  log.update(() => store.settle({ [ours(by) ? "read" : "other_read"]: seq }));
});

wire.on("conversation:state", (state) => {
  store.settle(state);
  standing.show();
  other.still();
});

// The other side or the inquiry is not what it was: what that means for who writes here, the server says.
wire.socket.on("person:changed", ({ person }) => person === settings.them && catchUp.run());
wire.socket.on("inquiry:changed", ({ id, status }) => {
  if (id !== settings.inquiry?.id || status === settings.inquiry.status) return; // it only reached one more realtor
  settings.inquiry.status = status;
  catchUp.run();
});

wire.on("typing", ({ by }) => !ours(by) && other.typing());

function merged(messages, change) {
  for (const line of messages) log.arrived(line);
  log.update(change);
  standing.show();
}

function refused({ code }) {
  if (code === "unauthorized") connection.say(words.signedOut);
  else if (code === "blocked") location.reload(); // the page that comes says why; what was not sent stays kept
}

function reconnected() {
  catchUp.run();
  sender.flush();
}

function looking() {
  if (document.visibilityState !== "visible") return log.left();
  catchUp.run();
  sender.flush();
  log.looked();
}

document.addEventListener("visibilitychange", looking);
addEventListener("pageshow", ({ persisted }) => persisted && looking());
addEventListener("focus", looking);
addEventListener("blur", () => log.left());
addEventListener("online", looking);
setInterval(() => wire.connected || looking(), 10000); // while the socket is down the page still asks now and then

box.addEventListener("click", (event) => {
  const action = event.target.closest("[data-action]")?.dataset.action;
  if (!action) return;
  const { nonce } = event.target.closest("[data-nonce]").dataset;
  if (action === "retry") sender.retry(nonce);
  else sender.drop(nonce);
});

for (const button of document.querySelectorAll("[data-pane-to]")) {
  button.addEventListener("click", () => {
    document.body.dataset.pane = button.dataset.paneTo;
    const shown = [...document.querySelectorAll("[data-pane-to]")].find((other) => other.checkVisibility());
    if (!button.checkVisibility()) shown?.focus(); // it went away with its pane: the hand is at the way back
  });
}
const list = document.querySelector("[data-threads]");
if (list?.dataset.refresh && !list.closest(".desk")) rowMenus(list, me, followThreads(list, me)); // the desk has its own
