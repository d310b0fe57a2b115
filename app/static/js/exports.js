// The list of exports says how far each is, while any is under way. A card is redrawn only when its state is another,
// so that whoever stands on its button with the keyboard stays there.
const list = document.querySelector("[data-exports]");
const PAUSE = 1000; // ms
const busy = () => list.querySelector('[data-state="waiting"], [data-state="running"]') !== null;

function take(card, fresh) {
  if (card.dataset.state !== fresh.dataset.state) return card.replaceWith(fresh);
  const bar = card.querySelector("progress"), now = fresh.querySelector("progress");
  if (!bar) return;
  bar.max = now.max;
  if (now.hasAttribute("value")) bar.value = now.value;
  card.querySelector("[data-told]").textContent = fresh.querySelector("[data-told]").textContent;
}

async function look() {
  const answer = await fetch(list.dataset.exports);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const card of list.querySelectorAll("[data-export]")) {
    const fresh = page.querySelector(`[data-export="${card.dataset.export}"]`);
    if (fresh) take(card, fresh);
  }
}

async function follow() {
  if (document.visibilityState === "visible") await look().catch(() => {});
  if (busy()) setTimeout(follow, PAUSE);
}

if (busy()) setTimeout(follow, PAUSE);
