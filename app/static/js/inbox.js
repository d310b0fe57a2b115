// The inbox without an open talk: the list alone is live.
import { rowMenus } from "./conversations/rows.js";
import { followThreads } from "./conversations/threads.js";

const list = document.querySelector("[data-threads]");
rowMenus(list, list.dataset.person, followThreads(list, list.dataset.person));
