// On every page of somebody who is signed in (not of an owner who looks as them: components/leaving.html): what was left
// unsent goes out, what somebody else left does not, and signing out leaves nothing behind.
import "./kept.js";
import "./delivery.js";
import { cleared } from "../leaving.js";
import { whenSeen } from "../live.js";

const { kept, delivery } = self;
const { person } = document.body.dataset;
const PAUSE = 30; // seconds until the next try while something waits

let timer = 0;

/** An open chat sends its own: this takes the rest. */
async function send() {
  clearTimeout(timer);
  if (!(await kept.of(person)).some((item) => !item.code && item.address !== location.pathname)) return;
  try {
    await delivery.deliverAll(location.pathname);
  } catch {
    timer = setTimeout(send, PAUSE * (1 + Math.random()) * 1000);
  }
}

send();
whenSeen(send);
kept.dropShared((shared) => shared.person && shared.person !== person);
addEventListener("beforeunload", (event) => kept.fleeting() && event.preventDefault());

// Signing out asks once if a message would be lost by it.
const dialog = document.getElementById("leaving");
document.addEventListener("submit", leave, { capture: true });

async function leave(event) {
  const form = event.target;
  if (form.getAttribute("action") !== "/logout") return;
  event.preventDefault();
  event.stopPropagation();
  const waiting = (await kept.of(person)).length;
  if (waiting && !(await agreed())) return;
  await cleared(person);
  form.submit();
}

function agreed() {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "leave"), { once: true });
  });
}
