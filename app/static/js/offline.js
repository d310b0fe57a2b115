// The page in place of any other while there is no network: it tries again by itself.
import "./unsent/kept.js";

const line = document.getElementById("waiting");
const again = () => location.reload();

document.getElementById("again").addEventListener("click", again);
addEventListener("online", again);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && navigator.onLine && again());

const waiting = await self.kept.count();
line.textContent = line.dataset.text.replace("{n}", waiting);
line.hidden = !waiting;
