// Writing an article: languages in tabs, buttons for Markdown, pictures into the text, and nothing typed is ever lost.
import { ask } from "../asking.js";
import { languageTabs } from "../language_tabs.js";
import { toast } from "../toast.js";

const form = document.querySelector(".record-form");
const token = form.elements.csrf_token.value;

languageTabs(
  form.querySelector("[data-language-tabs]"),
  [...form.querySelectorAll("[data-language]")],
  (section) => "wrong" in section.dataset,
);

/* Markdown by buttons */
const AROUND = { bold: ["**", "**"], link: ["[", "](https://)"] };
const BEFORE = { heading: "## ", list: "- ", quote: "> " };

for (const tools of form.querySelectorAll("[data-tools]")) {
  const area = tools.closest("[data-markdown]").querySelector("textarea");
  tools.hidden = false;
  for (const button of tools.querySelectorAll("[data-tool]"))
    button.addEventListener("click", () => apply(area, button.dataset.tool));
  tools.querySelector("[data-upload]").addEventListener("change", (event) => upload(event.target, area));
}

function apply(area, tool) {
  const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
  if (AROUND[tool]) return insert(area, AROUND[tool][0] + chosen + AROUND[tool][1]);
  const lines = chosen.split("\n").map((line) => BEFORE[tool] + line);
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1 === area.selectionStart ? "" : "\n\n";
  return insert(area, start + lines.join("\n"));
}

function insert(area, text) {
  area.focus();
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/* Pictures */
async function upload(input, area) {
  const [file] = input.files;
  if (!file) return;
  const body = new FormData();
  body.append("key", form.elements.key.value);
  body.append("file", file);
  input.parentElement.setAttribute("aria-busy", "true");
  try {
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const picture = await ask(input.dataset.upload, { method: "POST", body, headers });
    insert(area, `\n\n${picture.markdown}\n\n`);
    offer(picture);
  } catch (error) {
    toast(error.message, { kind: "bad" });
  }
  input.parentElement.removeAttribute("aria-busy");
  input.value = "";
}

function offer({ id, url }) {
  const covers = form.querySelector("[data-covers]");
  const choice = document.createElement("label");
  const radio = Object.assign(document.createElement("input"), { type: "radio", name: "cover", value: id });
  choice.className = "editor-cover";
  choice.append(radio, Object.assign(document.createElement("img"), { src: `${url}?as=thumb`, alt: "" }));
  covers.querySelector(".editor-covers").append(choice);
  covers.hidden = false;
}

/* What is typed stays in this browser until it is saved */
const person = document.body.dataset.person;
const isNew = !form.elements.version;
const place = `otklik.draft.${person}.article.${isNew ? "new" : form.elements.key.value}`;
const texts = [...form.querySelectorAll("input[type=text], textarea")].filter((field) => field.name);
const typed = () => Object.fromEntries([["key", form.elements.key.value], ...texts.map((field) => [field.name, field.value])]);
const first = JSON.stringify(typed());
const note = form.querySelector("[data-kept]");
let timer;

function read() {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return null;
  }
}

function keep() {
  try {
    if (JSON.stringify(typed()) === first) return;
    localStorage.setItem(place, JSON.stringify(typed()));
  } catch {
    // No room or no storage: the page itself still holds it.
  }
}

function forget() {
  localStorage.removeItem(place);
  note.hidden = true;
}

const kept = read();
const same = (a, b) => a.replaceAll("\r\n", "\n").trim() === b.replaceAll("\r\n", "\n").trim();
const differs = kept && texts.some((field) => field.name in kept && !same(kept[field.name], field.value));
const wrong = form.querySelector('[aria-invalid="true"], .error-summary');
if (differs && !wrong) note.hidden = false;
else if (kept && !wrong) forget();

note.querySelector("[data-kept-drop]").addEventListener("click", forget);
note.querySelector("[data-kept-take]").addEventListener("click", () => {
  if (isNew && kept.key) form.elements.key.value = kept.key; // the pictures that were added hang on it
  for (const field of texts) {
    if (!(field.name in kept)) continue;
    field.value = kept[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  note.hidden = true;
});
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(keep, 400);
});
addEventListener("pagehide", keep);
form.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget !== "_blank" && isNew) sessionStorage.setItem("otklik.saving", place);
});
