// The counters and the list of served cities of an open home page follow the places; the form sees to its own lists.
import { inTurn } from "./in_turn.js";

document.addEventListener("otklik:places", inTurn(async () => {
  const answer = await fetch("/").catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const news = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (news && news.outerHTML !== part.outerHTML) part.replaceWith(document.adoptNode(news));
  }
}));
