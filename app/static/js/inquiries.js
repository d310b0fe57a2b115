// «Мои запросы» stays true while it is open: what is marked data-live is asked for again when something happens.
import { inTurn } from "./in_turn.js";
import { Rows } from "./conversations/rows.js";
import { live } from "./live.js";

const EVENTS = ["message", "message:changed", "message:read", "conversation:state", "standing:changed", "inquiry:changed"];
let timer = 0;

function later(wait = 300) {
  clearTimeout(timer);
  timer = setTimeout(renew, wait);
}

const renew = inTurn(async () => {
  if (busy()) return later(2000);
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (busy()) return later(2000);
  for (const part of document.querySelectorAll("[data-live]")) {
    const found = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (found && found.innerHTML !== part.innerHTML) part.replaceChildren(...found.childNodes);
  }
});

if (document.getElementById("row-later")) keep(new Rows(document.body.dataset.person, renew));

/** The menus of the rows, without loading the page anew; their forms work without a script too. */
function keep(rows) {
  const offer = () => document.querySelectorAll("[data-row-later][hidden]").forEach((button) => (button.hidden = false));
  document.addEventListener("toggle", offer, true);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-row-keeps]")) return;
    event.target.closest("details").open = false;
    rows.submitted(event);
  });
  document.addEventListener("click", ({ target }) => {
    const later = target.closest("[data-row-later]");
    if (!later) return;
    later.closest("details").open = false;
    rows.putOff(later.form.action);
  });
}

// Nothing moves under a hand that is about to press: an open menu or question, a focused control.
function busy() {
  return document.querySelector("details.menu[open], .dialog:popover-open, [data-live] :focus-visible") !== null;
}

const socket = live(document.body.dataset.person ?? "");
for (const event of EVENTS) socket.on(event, () => later());
// Also the first time: something may have happened between the page and its socket.
socket.on("connect", () => later());
