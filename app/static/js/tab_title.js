// The number before the tab's title: the most of what is counted there (the bell's, the messages missed). It can be off.
import { isOn } from "./switches.js";

const TITLE = document.title;
const counts = new Map();

export function count(what, number) {
  counts.set(what, number);
  say();
}

export function say() {
  const most = isOn("title") ? Math.max(0, ...counts.values()) : 0;
  document.title = most ? `(${most > 99 ? "99+" : most}) ${TITLE}` : TITLE;
}
