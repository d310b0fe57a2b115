// The bell: its number, the number in the title, and a short message when something comes while the page is open.
import { live } from "./live.js";
import { toast } from "./toast.js";

const bell = document.getElementById("bell");
const count = document.getElementById("bell-count");

function show(unread) {
  count.textContent = unread > 99 ? "99+" : unread || "";
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = unread ? `(${unread}) ${title}` : title;
}

const watching = () => document.visibilityState === "visible";

// Whatever led to this page is read once the page is on screen.
async function seen() {
  const answer = await fetch(bell.dataset.seen, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": bell.dataset.csrf },
    body: new URLSearchParams({ url: location.pathname }),
  });
  if (answer.ok) show((await answer.json()).unread);
}

// A page that shows the thing itself needs no line about it: an open chat its messages, the office its new inquiries.
function shownHere(kind, url) {
  return url === location.pathname || (kind === "inquiry_new" && document.getElementById("fresh"));
}

const socket = live(bell.dataset.person);
socket.on("notification:read", ({ unread }) => show(unread));
socket.on("notification", ({ kind, title, url, unread }) => {
  show(unread);
  if (url === location.pathname && watching()) seen();
  if (shownHere(kind, url)) return;
  toast(title, { action: { label: bell.dataset.open, run: () => location.assign(url) }, seconds: 8 });
});

document.addEventListener("visibilitychange", () => watching() && count.textContent && seen());
if (count.textContent && watching()) seen();
