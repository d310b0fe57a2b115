// The bell: its number, the number in the title, the panel it unfolds, and a short message when something comes while
// the page is open. Every tab and device of a person hears what another of them has read.
import { attend } from "./attention.js";
import { inTurn } from "./in_turn.js";
import { live } from "./live.js";
import { count as inTitle } from "./tab_title.js";
import { toast } from "./toast.js";

const bell = document.getElementById("bell");
const count = document.getElementById("bell-count");
const panel = document.getElementById("bell-panel");
const WIDE = matchMedia("(min-width: 640px)"); // on a phone the bell leads to the page itself

function show(unread) {
  count.textContent = unread > 99 ? "99+" : unread || "";
  inTitle("bell", unread);
}

const watching = () => document.visibilityState === "visible";

async function post(url, fields) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": bell.dataset.csrf },
    body: new URLSearchParams(fields),
  });
  if (answer.ok) show((await answer.json()).unread);
  return answer.ok;
}

// Whatever led to this page is read once the page is on screen.
const seen = () => post(bell.dataset.seen, { url: location.pathname });

// Where no socket tells what other processes write (see below) the number comes with what came last, to be said too.
let asOf = bell.dataset.alone;
async function recount() {
  const since = asOf ? `?${new URLSearchParams({ since: asOf })}` : "";
  const answer = await fetch(bell.dataset.unread + since, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { unread, at, news } = await answer.json();
  if (asOf) asOf = at;
  show(unread);
  if (news && news.id !== heard) say(news);
}

// A page that shows the thing itself needs no line about it: an open chat its messages, the office its new inquiries,
// the list and the open panel the very line.
function shownHere(kind, url) {
  if (isOpen() || document.getElementById("notices")) return true;
  const { pathname } = new URL(url, location.href);
  return pathname === location.pathname || (kind === "inquiry_new" && document.getElementById("fresh"));
}

// Never more than the newest, only to somebody who looks, and not in the quiet hours of the person: the bell has all.
let said = null;
let heard = null;
function say({ id, kind, title, url, quiet }) {
  heard = id;
  if (quiet || !watching() || shownHere(kind, url)) return;
  said?.remove();
  said = toast(title, { link: { label: bell.dataset.open, url }, seconds: 8 });
}

// The panel, and the list's own page, as the server writes them now.
const isOpen = () => panel.matches(":popover-open");

async function fillPanel() {
  const answer = await fetch(bell.dataset.panel);
  if (!answer.ok) return false;
  const words = await answer.text();
  const inside = panel.contains(document.activeElement);
  panel.innerHTML = words;
  if (inside) enter();
  return true;
}

const enter = () => panel.querySelector("a, button")?.focus();

const refresh = inTurn(async () => {
  if (isOpen()) await fillPanel();
  const list = document.getElementById("notices");
  if (!list) return;
  const answer = await fetch(location.href);
  const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("notices");
  if (fresh) list.replaceWith(fresh);
});

async function open() {
  if (!(await fillPanel())) return location.assign(bell.href);
  const { bottom, right } = bell.getBoundingClientRect();
  panel.style.top = `${bottom + 6}px`;
  panel.style.right = `${Math.max(16, document.documentElement.clientWidth - right)}px`;
  panel.showPopover();
  enter();
}

bell.addEventListener("click", (event) => {
  if (!WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey || location.pathname === bell.pathname) return;
  event.preventDefault();
  if (isOpen()) panel.hidePopover();
  else open();
});
bell.setAttribute("aria-expanded", "false");
panel.addEventListener("beforetoggle", ({ newState }) => {
  bell.setAttribute("aria-expanded", String(newState === "open"));
  if (newState === "closed" && panel.contains(document.activeElement)) bell.focus();
});

// Who walks on with the keyboard leaves the panel; on the bell itself the press that comes folds it.
panel.addEventListener("focusout", ({ relatedTarget: next }) => {
  if (next && next !== bell && !panel.contains(next)) panel.hidePopover();
});

// «Read» beside a line and above all of them, without leaving the page.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-read]");
  if (!form) return;
  event.preventDefault();
  if (await post(form.action, {})) refresh();
});

const socket = live(bell.dataset.person);
if ("attends" in bell.dataset) attend(bell.dataset.person);
let away = false;
socket.on("disconnect", () => (away = true));
socket.on("connect", () => away && recount().then(refresh));
socket.on("notification:read", ({ unread }) => {
  show(unread);
  refresh();
});
socket.on("notification", (news) => {
  show(news.unread);
  refresh();
  if (news.url === location.pathname && watching()) seen();
  say(news);
});

// What another process tells, the worker above all, reaches no socket of this one where no Redis stands between them:
// the page asks when it is looked at again, and while it is looked at.
let askedAt = 0;
async function catchUp() {
  if (!watching() || Date.now() - askedAt < 2_000) return;
  askedAt = Date.now();
  const before = count.textContent;
  await recount();
  if (count.textContent !== before) refresh();
}
if ("alone" in bell.dataset) {
  addEventListener("focus", catchUp);
  document.addEventListener("visibilitychange", catchUp);
  setInterval(catchUp, 20_000);
}

addEventListener("pageshow", ({ persisted }) => persisted && recount());
document.addEventListener("visibilitychange", () => watching() && count.textContent && seen());
if (count.textContent && watching()) seen();
