// The page's one socket, shared by whatever on it is live. The socket is a hint: whoever was away asks the server.
//
//   live(person).on("notification", …)      person: the signed-in person's public id, none for visitors
import { io } from "../vendor/socket.io.esm.min.js";

const REFUSALS = new Set(["unauthorized", "blocked"]);
let socket = null;

export function live(person = "") {
  socket ??= open(person);
  return socket;
}

function open(person) {
  const made = io({
    transports: ["websocket"],
    auth: person ? { person } : {},
    reconnectionDelay: 400,
    reconnectionDelayMax: 5000,
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
    if (reason === "io server disconnect") setTimeout(() => made.connect(), 800);
  });
  const wake = () => document.visibilityState === "visible" && !made.connected && made.connect();
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  return made;
}
