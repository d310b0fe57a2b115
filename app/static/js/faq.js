// The search of the frequent questions, as one types. Without this file the form asks for a page.
import { arrived, searches, tell } from "./behaviour.js";

const form = document.querySelector("[data-faq]");
const answers = document.getElementById("answers");
const topics = document.querySelector("[data-topics]");
const status = document.querySelector("[data-found]");
const empty = searches("faq", form.elements.q);
let timer = 0, asked = form.elements.q.value.trim();

function show(html, count, text) {
  answers.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
  answers.hidden = !text;
  topics.hidden = count > 0;
  status.textContent = text && (count ? status.dataset.some.replace("{n}", count) : status.dataset.none);
}

async function find(text) {
  asked = text;
  const address = new URL(form.action);
  if (text) address.searchParams.set("q", text);
  history.replaceState(null, "", address);
  if (!text) return show("", 0, "");
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { html, count } = await answer.json();
  if (asked !== text) return; // a slower, older answer is late
  show(html, count, text);
  if (!count) empty(text);
}

if (arrived && asked && answers.querySelector(".empty")) tell({ search: { place: "faq", text: asked } });

/** A link to one question opens it. */
function unfold() {
  const question = document.getElementById(location.hash.slice(1));
  if (!question?.matches("details")) return;
  question.open = true;
  question.scrollIntoView({ block: "center" });
}
addEventListener("hashchange", unfold);
unfold();

form.elements.q.addEventListener("input", () => {
  clearTimeout(timer);
  const text = form.elements.q.value.trim();
  if (text !== asked) timer = setTimeout(() => find(text).catch(() => {}), 180);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  find(form.elements.q.value.trim()).catch(() => form.submit());
});
