// The page's one socket, shared by whatever on it is live. The socket is a hint: whoever was away asks the server.
//
//   live(person).on("notification", …)      person: the signed-in person's public id, none for visitors
import { io } from "../vendor/socket.io.esm.min.js";

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
  // The server ends sockets when somebody signs out, is blocked or changes; whoever may still come in comes back.
  made.on("disconnect", (reason) => {
    if (reason === "io server disconnect") setTimeout(() => made.connect(), 800);
  });
  const wake = () => document.visibilityState === "visible" && !made.connected && made.connect();
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  return made;
}
