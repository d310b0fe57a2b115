// Offers to install the app: not before the second visit, and never again once refused.
const box = document.getElementById("install");
const VISITS = "otklik.visits", REFUSED = "otklik.install.refused", THIS = "otklik.visiting";
const installed = matchMedia("(display-mode: standalone)").matches || navigator.standalone;
const ios = /iphone|ipad|ipod/i.test(navigator.userAgent) || (/macintosh/i.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
const talking = document.body.classList.contains("fixed-frame"); // an open chat has no room for it

/** Which visit this is: one lasts as long as its tab. */
function visit() {
  try {
    if (!sessionStorage.getItem(THIS)) {
      sessionStorage.setItem(THIS, "1");
      localStorage.setItem(VISITS, Number(localStorage.getItem(VISITS) ?? 0) + 1);
    }
    return localStorage.getItem(REFUSED) ? 0 : Number(localStorage.getItem(VISITS));
  } catch {
    return 0; // what cannot be refused for good is not offered
  }
}

function offer(way) {
  for (const part of box.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== way;
  box.hidden = false;
}

const welcome = visit() >= 2 && !installed && !talking && box;
let prompt = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault(); // the browser's own bar would come on the first visit
  prompt = event;
  if (welcome) offer("button");
});
addEventListener("appinstalled", () => (box.hidden = true));
if (welcome && ios) offer("ios");

box?.addEventListener("click", async ({ target }) => {
  if (target.closest("[data-refuse]")) localStorage.setItem(REFUSED, "1");
  else if (target.closest("[data-install]")) await prompt.prompt();
  else return;
  box.hidden = true;
});
