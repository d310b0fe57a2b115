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

live(bell.dataset.person).on("notification", ({ kind, title, url, unread }) => {
  show(unread);
  // An open chat shows its own messages; a line over it would only be in the way.
  if (kind === "message" && document.getElementById("log")) return;
  toast(title, { action: { label: bell.dataset.open, run: () => location.assign(url) }, seconds: 8 });
});
