// The page's one socket, shared by whatever on it is live. The socket is a hint: whoever was away asks the server.
//
//   live(person).on("notification", …)      person: the signed-in person's public id, none for visitors
import { io } from "../vendor/socket.io.esm.min.js";

const REFUSALS = new Set(["unauthorized", "blocked", "second_step"]);
const SILENCE = 50_000; // ms without a ping of the server, which sends one every 25 seconds
let socket = null;

export function live(person = "") {
  socket ??= open(person);
  return socket;
}

/** Calls back when somebody looks at the page again: shown, back on the network, out of the browser's memory. */
export function whenSeen(back) {
  const looked = () => document.visibilityState === "visible" && back();
  document.addEventListener("visibilitychange", looked);
  addEventListener("pageshow", ({ persisted }) => persisted && looked());
  addEventListener("online", looked);
}

function open(person) {
  const made = io({
    transports: ["websocket"],
    auth: person ? { person } : {},
    // After a restart everybody comes back: not in the same instant, and later ones not in step.
    reconnectionDelay: 500,
    reconnectionDelayMax: 8000,
    randomizationFactor: 0.8,
    timeout: 8000,
  });
  // The server ends sockets when somebody signs out, is blocked or changes. Whoever may still come in comes back;
  // whoever may not sees, by loading the page anew, the reason or the way in. Unsent texts are kept by the chat.
  // And whoever comes back as another (of another city, of another role) sees the page of that one.
  let admitted = false;
  let ended = false;
  made.on("account:ended", () => (ended = true));
  made.on("connect", () => (ended ? location.reload() : (admitted = true)));
  made.on("connect_error", ({ message }) => admitted && REFUSALS.has(message) && location.reload());
  made.on("disconnect", (reason) => {
    if (reason === "io server disconnect") setTimeout(() => made.connect(), 400 + Math.random() * 1200);
  });
  let heard = Date.now();
  made.io.on("ping", () => (heard = Date.now()));
  made.io.on("open", () => (heard = Date.now()));
  // A device that slept may hold a line that is long dead and does not know it.
  const wake = () => {
    if (made.connected && Date.now() - heard > SILENCE) made.disconnect();
    if (!made.connected) made.connect();
  };
  whenSeen(wake);
  return made;
}
