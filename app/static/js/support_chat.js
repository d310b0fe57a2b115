// The chat with support: who answers stands in its head, and a question that came by the address is typed once.
import { live } from "./live.js";

const settings = JSON.parse(document.getElementById("chat-settings").textContent);
const about = document.querySelector("#talk [data-about]");

live(settings.me).on("support:operator", ({ conversation, name }) => {
  if (conversation === settings.conversation && name) about.textContent = about.dataset.answering.replace("{name}", name);
});

if (location.search) history.replaceState(null, "", location.pathname);
