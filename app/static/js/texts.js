// One text of the service: languages in tabs, fields put in by a press, and a preview of what is typed.
import { ask } from "./asking.js";
import { inTurn } from "./in_turn.js";
import { languageTabs } from "./language_tabs.js";
import { toast } from "./toast.js";

const form = document.querySelector("[data-texts]");
const panes = [...form.querySelectorAll("[data-language]")];
const texts = [...form.querySelectorAll("[data-text]")];
const headers = { Accept: "application/json" };

const markTabs = languageTabs(form.querySelector("[data-tabs]"), panes, (pane) => Boolean(pane.querySelector("[aria-invalid]")));

/* The program's own text beside the one that is typed */
for (const area of texts) {
  const part = area.closest("[data-part]");
  const back = part.querySelector("[data-back]");
  back.hidden = false;
  back.addEventListener("click", () => {
    area.value = area.dataset.default;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
  area.addEventListener("input", () => (part.querySelector("[data-was]").hidden = area.value.trim() === area.dataset.default));
  if ("line" in area.dataset) area.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}

/* Fields by a press */
let last = null;
for (const pane of panes) {
  const buttons = [...pane.querySelectorAll("[data-field]")];
  pane.addEventListener("focusin", ({ target }) => {
    if (!target.matches("[data-text]")) return;
    last = target;
    const fit = target.dataset.fields.split(" ");
    for (const button of buttons) button.disabled = !fit.includes(button.dataset.field);
  });
  for (const button of buttons) button.addEventListener("click", () => put(button.dataset.field, pane));
}

function put(field, pane) {
  const fits = (area) => area.dataset.fields.split(" ").includes(field);
  const area = last && pane.contains(last) ? last : [...pane.querySelectorAll("[data-text]")].find(fits);
  area.focus();
  area.setRangeText(`{{${field}}}`, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/* How a letter is shown */
for (const pane of panes) {
  const how = pane.querySelector("[data-how]");
  if (!how) continue;
  const frame = pane.querySelector("[data-frame]");
  const plain = pane.querySelector("pre[data-said]");
  how.hidden = false;
  how.addEventListener("change", ({ target }) => {
    frame.hidden = target.value === "text";
    plain.hidden = !frame.hidden;
    frame.classList.toggle("wide", target.value === "wide");
    requestAnimationFrame(() => fit(frame.querySelector("iframe")));
  });
}

/* The preview follows what is typed */
const look = inTurn(async () => {
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form), headers });
    if (answer.ok) fill(await answer.json());
  } catch {
    // Without a connection the last preview stays.
  }
});
let timer;
form.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-text]")) return;
  clearTimeout(timer);
  timer = setTimeout(look, 250);
});

function fill({ said, errors }) {
  for (const area of texts) wrong(area, errors[area.name]);
  markTabs();
  for (const pane of panes) {
    const locale = pane.dataset.locale;
    const { html, texts: sentences, ...words } = said[locale];
    for (const place of pane.querySelectorAll("[data-said]")) {
      const key = place.dataset.said;
      place.textContent = sentences ? sentences[key ? `${key}.${locale}` : locale] : words[key];
    }
    if (html) redraw(pane.querySelector("iframe"), html);
  }
}

function wrong(area, words) {
  const place = area.closest("[data-part]").querySelector("[data-error]");
  place.hidden = !words;
  place.querySelector("span").textContent = words ?? "";
  if (words) area.setAttribute("aria-invalid", "true");
  else area.removeAttribute("aria-invalid");
}

// The frame keeps its own policy, which lets a letter have its colours as long as it is read in there: a page that this
// one had parsed would have ours. The letter in another language is loaded when it is first looked at.
function redraw(frame, html) {
  const page = frame.contentDocument;
  if (!page?.querySelector(".ground")) return;
  page.documentElement.innerHTML = html;
  fit(frame);
}

// As high as the letter, on a phone as far as the style sheet lets it; wide, made as small as there is room.
const WIDE = 640;

function fit(frame) {
  const box = frame.parentElement;
  const letter = frame.contentDocument?.querySelector(".ground");
  if (!letter || !box.clientWidth) return;
  const small = box.classList.contains("wide") ? box.clientWidth / WIDE : 1;
  frame.style.transform = small < 1 ? `scale(${small})` : "";
  frame.style.height = `${letter.offsetHeight}px`;
  frame.style.marginBottom = small < 1 ? `${letter.offsetHeight * (small - 1)}px` : "";
}
for (const frame of form.querySelectorAll("iframe")) {
  frame.addEventListener("load", () => {
    fit(frame);
    if (isTyped()) look();
  });
  new ResizeObserver(() => requestAnimationFrame(() => fit(frame))).observe(frame.parentElement);
}

/* A trial letter, without leaving the page */
for (const button of form.querySelectorAll("[data-try]"))
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const body = new FormData(form, button);
    try {
      toast((await ask(button.formAction, { method: "POST", body, headers })).text);
    } catch (error) {
      toast(error.message, { kind: "bad" });
    }
    button.disabled = false;
  });

/* Leaving with words that are not saved asks first */
let saving = false;
form.addEventListener("submit", () => (saving = true));
addEventListener("beforeunload", (event) => {
  if (!saving && isTyped()) event.preventDefault();
});

function isTyped() {
  return "typed" in form.dataset || texts.some((area) => area.value !== area.defaultValue);
}
