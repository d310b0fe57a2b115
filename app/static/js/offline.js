// The page in place of any other while there is no network: it tries again by itself, and shows what waits meanwhile.
import "./unsent/kept.js";
import { lastPerson } from "./unsent/whose.js";

const { kept } = self;
const box = document.getElementById("waiting");
const list = box.querySelector("ul");
const model = box.querySelector("template").content.firstElementChild;
const words = document.getElementById("waiting-words").dataset;
const person = lastPerson(); // of another who once wrote here nothing is shown
const again = () => location.reload();

document.getElementById("again").addEventListener("click", again);
addEventListener("online", again);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && navigator.onLine && again());
kept.listen(draw);
draw();

async function draw() {
  const items = await kept.of(person);
  for (const image of list.querySelectorAll("img[src]")) URL.revokeObjectURL(image.src);
  list.replaceChildren(...items.map(row));
  document.getElementById("waiting-count").textContent = items.length;
  box.hidden = !items.length;
}

function row(item) {
  const made = model.cloneNode(true);
  const kind = item.kind ?? "text";
  for (const face of made.querySelectorAll("[data-for]")) if (face.dataset.for !== kind) face.remove();
  if (kind === "image") made.querySelector("img").src = URL.createObjectURL(item.file);
  made.querySelector("[data-to]").textContent = item.to ?? "";
  made.querySelector("[data-body]").textContent = item.body || about(item);
  const error = made.querySelector("[data-error]");
  error.textContent = item.error || words.refused;
  error.hidden = !item.code;
  const at = new Date(item.at);
  made.querySelector("time").dateTime = item.at;
  made.querySelector("time").textContent = at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  made.querySelector("button").addEventListener("click", () => kept.remove(item.nonce).then(draw));
  return made;
}

function about({ kind, media }) {
  return words[kind] ?? media.name;
}
