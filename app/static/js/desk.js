// The support desk: the queue and its numbers are live, and operators see who else looks at which question.
import { inTurn } from "./in_turn.js";
import { live } from "./live.js";
import { followThreads } from "./conversations/threads.js";

const EVERY = 30000; // waiting times grow while nothing happens; others hear now and then that we look
const GONE = 70000; // ms after which somebody who fell silent is not looking any more
const list = document.querySelector("[data-threads]");
const me = list.dataset.person;
const socket = live(me);
const looking = new Map(); // conversation → Map of person → {name, at}

const refresh = followThreads(list, me, (answer) => {
  document.querySelector("[data-desk-head]").innerHTML = answer.head; // made by our own server, escaped there
  show();
});
setInterval(() => {
  if (document.visibilityState === "visible") refresh();
  show();
}, EVERY);

function names(conversation) {
  const people = looking.get(conversation) ?? new Map();
  for (const [person, { at }] of people) if (Date.now() - at > GONE) people.delete(person);
  return [...people.values()].map(({ name }) => name).join(", ");
}

function show() {
  for (const row of list.querySelectorAll("[data-thread]")) write(row.querySelector("[data-looking]"), names(row.dataset.thread));
  const line = document.querySelector("[data-desk-looking]");
  if (line) write(line, names(line.dataset.of));
}

function write(place, who) {
  const words = who && list.dataset.looking.replace("{names}", who);
  if (place.textContent !== words) place.textContent = words;
  place.hidden = !words;
}

socket.on("support:look", ({ conversation, by, name }) => {
  if (by === me) return;
  for (const people of looking.values()) people.delete(by); // one place at a time
  if (!looking.has(conversation)) looking.set(conversation, new Map());
  looking.get(conversation).set(by, { name, at: Date.now() });
  show();
});
socket.on("support:leave", ({ conversation, by }) => {
  looking.get(conversation)?.delete(by);
  show();
});
socket.on("connect", ask);
if (socket.connected) ask();

/** Whoever looks at something says so. */
function ask() {
  socket.emit("support:who", {});
}

const settings = document.getElementById("chat-settings");
if (settings) open(JSON.parse(settings.textContent));

function open({ conversation }) {
  const bar = document.querySelector("[data-desk-bar]");
  const notes = document.querySelector("[data-desk-notes]");

  const panel = inTurn(async () => {
    const answer = await fetch(bar.dataset.panel, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const html = await answer.json();
    bar.innerHTML = html.bar; // made by our own server, escaped there
    notes.innerHTML = html.notes;
  });

  const look = () => document.visibilityState === "visible" && socket.emit("support:look", { conversation });
  const renew = () => panel().catch(() => {});
  const come = () => {
    look();
    renew(); // what changed between the page and its socket
  };
  socket.on("support:who", look);
  socket.on("support:changed", (payload) => payload.conversation === conversation && renew());
  socket.on("connect", come);
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
  if (socket.connected) come();
}
