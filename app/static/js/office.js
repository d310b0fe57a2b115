// «Новые запросы», live: a line says how many have come; pressing it puts their cards on top without losing the place.
import { live } from "./live.js";

const line = document.getElementById("fresh");
const cards = document.getElementById("cards");
const words = JSON.parse(line.dataset.words);
const plural = new Intl.PluralRules(document.documentElement.lang);
const waiting = new Set();

function say() {
  const count = waiting.size;
  line.className = count ? "fresh-line" : "";
  line.replaceChildren();
  if (!count) return;
  const text = document.createElement("span");
  text.className = "grow";
  text.textContent = (words[plural.select(count)] ?? words.many).replace(/\d+/, count);
  line.append(text, button());
}

function button() {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = line.dataset.show;
  made.addEventListener("click", show);
  return made;
}

async function show() {
  const url = new URL(line.dataset.url, location);
  const newest = cards.querySelector("[data-inquiry]");
  if (newest) url.searchParams.set("after", newest.dataset.inquiry);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return location.reload();
  const { html } = await answer.json();
  const box = document.createElement("template");
  box.innerHTML = html;
  for (const card of box.content.children) card.classList.add("arrived");
  const first = box.content.querySelector("h2 a");
  cards.prepend(box.content);
  document.getElementById("nothing")?.remove();
  waiting.clear();
  say();
  first?.focus({ preventScroll: true });
}

function cardOf(id) {
  return cards.querySelector(`[data-inquiry="${CSS.escape(id)}"]`);
}

function came({ id, deal }) {
  if (cardOf(id) || (line.dataset.deal && deal !== line.dataset.deal)) return;
  waiting.add(id);
  say();
}

// A card on screen follows its inquiry: accepted by others, edited, closed. Many look at the same one, so not all at once.
const changing = new Map();

function changed({ id }) {
  if (!cardOf(id) || changing.has(id)) return;
  changing.set(id, setTimeout(() => redraw(id), 500 + Math.random() * 2500));
}

async function redraw(id) {
  changing.delete(id);
  const old = cardOf(id);
  if (!old || old.contains(document.activeElement) || old.querySelector("details[open]")) return;
  const answer = await fetch(`${line.dataset.base}${id}/card`, { headers: { Accept: "application/json" } });
  if (answer.status === 404) return old.remove(); // moved to another city
  if (!answer.ok) return;
  const box = document.createElement("template");
  box.innerHTML = (await answer.json()).html;
  old.replaceWith(box.content);
}

const socket = live(line.dataset.person);
socket.on("inquiry:new", came);
socket.on("inquiry:changed", changed);
