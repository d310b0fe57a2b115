// The inbox without an open talk: the list alone is live.
import { followThreads } from "./conversations/threads.js";

const list = document.querySelector("[data-threads]");
followThreads(list, list.dataset.person);
