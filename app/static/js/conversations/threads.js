// The list of conversations follows what happens in any of them: asked anew from the server, which draws it.
import { inTurn } from "../in_turn.js";
import { live, whenSeen } from "../live.js";

export function followThreads(list, me, drawn = () => {}) {
  const renew = inTurn(() => draw(list, drawn));
  let timer = 0;
  const soon = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(renew, pause);
  };
  const refresh = () => soon(250);
  const socket = live(me);
  for (const event of ["message", "message:changed", "message:read", "conversation:state", "inquiry:changed", "support:changed", "standing:changed", "presence:changed"]) socket.on(event, refresh);
  socket.on("connect", () => soon(250 + Math.random() * 1500)); // after a restart everybody comes back at once
  whenSeen(refresh);
  return refresh;
}

async function draw(list, drawn) {
  try {
    const response = await fetch(list.dataset.refresh, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const answer = await response.json();
    const { html, unread } = answer;
    const focused = focusedIn(document.activeElement);
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    if (focused) list.querySelector(focused)?.focus();
    if (list.dataset.counts) count(list, unread);
    drawn(answer);
  } catch {
    // Next event, next try.
  }
}

/** What finds the focused part of a row again: its link or the button of its menu. */
function focusedIn(node) {
  const row = node?.closest("[data-row]");
  return row && `[data-row="${row.dataset.row}"] ${node.matches("[data-row-more]") ? "[data-row-more]" : "a"}`;
}

/** A list of everything also keeps the number in the menu, whose link is list.dataset.counts. */
function count(list, unread) {
  const link = document.querySelector(`.nav a[href="${list.dataset.counts}"]`);
  link?.querySelector(".badge")?.remove();
  if (!link || !unread) return;
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.textContent = unread > 99 ? "99+" : unread;
  const words = document.createElement("span");
  words.className = "sr";
  words.textContent = ` ${list.dataset.unread}`;
  badge.append(words);
  link.append(badge);
}
