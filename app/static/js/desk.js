// The support desk: the queue and its numbers are live, and operators see who else looks at the same question.
import { inTurn } from "./in_turn.js";
import { live } from "./live.js";
import { followThreads } from "./conversations/threads.js";

const EVERY = 30000; // waiting times grow while nothing happens; others hear now and then that we look
const GONE = 70000; // ms after which somebody who fell silent is not looking any more
const list = document.querySelector("[data-threads]");
const socket = live(list.dataset.person);
const refresh = followThreads(list, list.dataset.person, (answer) => {
  document.querySelector("[data-desk-head]").innerHTML = answer.head; // made by our own server, escaped there
});
setInterval(() => document.visibilityState === "visible" && refresh(), EVERY);

const settings = document.getElementById("chat-settings");
if (settings) open(JSON.parse(settings.textContent));

function open({ conversation, me }) {
  const bar = document.querySelector("[data-desk-bar]");
  const notes = document.querySelector("[data-desk-notes]");
  const line = document.querySelector("[data-desk-looking]");
  const looking = new Map(); // person → {name, at}

  const panel = inTurn(async () => {
    const answer = await fetch(bar.dataset.panel, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const html = await answer.json();
    bar.innerHTML = html.bar; // made by our own server, escaped there
    notes.innerHTML = html.notes;
  });

  function show() {
    for (const [person, { at }] of looking) if (Date.now() - at > GONE) looking.delete(person);
    const names = [...looking.values()].map(({ name }) => name).join(", ");
    line.textContent = names && bar.dataset.looking.replace("{names}", names);
    line.hidden = !names;
  }

  const look = () => {
    if (document.visibilityState === "visible") socket.emit("support:look", { conversation });
    show();
  };
  const ours = (heard) => (payload) => payload.conversation === conversation && payload.by !== me && heard(payload);

  socket.on("support:look", ours(({ by, name }) => {
    const known = looking.has(by);
    looking.set(by, { name, at: Date.now() });
    if (!known) look(); // so that whoever has just come sees us at once
    show();
  }));
  socket.on("support:leave", ours(({ by }) => {
    looking.delete(by);
    show();
  }));
  socket.on("support:changed", (payload) => payload.conversation === conversation && panel().catch(() => {}));
  socket.on("connect", look);
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
  if (socket.connected) look();
}
