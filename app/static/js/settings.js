// Settings: a search over all of them, a mark beside what was typed, and how many of them wait to be saved.
const form = document.querySelector(".set-form");
const settings = [...form.querySelectorAll("[data-setting]")];
const sections = [...form.querySelectorAll(".set-section")];
const status = form.querySelector("[data-count]");

// By name alone: a form's elements are known by their ids too, and a picture's file field has the id of its setting.
const held = (name) => form.querySelector(`[name="${name}"]`)?.value.trim();
const typed = ({ dataset: { setting } }) => Boolean(held(`file-${setting}`)) || held(setting) !== held(`was-${setting}`);

function count() {
  for (const one of settings) one.classList.toggle("is-typed", typed(one));
  const number = settings.filter(typed).length;
  status.textContent = number ? status.dataset.count.replace("{n}", number) : "";
  return number;
}

form.addEventListener("input", count);
form.addEventListener("change", count);
count();

let leaving = false;
form.addEventListener("submit", () => (leaving = true));
addEventListener("beforeunload", (event) => {
  if (!leaving && count()) event.preventDefault();
});

const search = document.querySelector(".set-search");
search.hidden = false;
const words = (text) => text.toLowerCase().replaceAll("ё", "е");
const said = new Map(settings.map((one) => [one, words(`${one.closest(".set-section").querySelector("h2").textContent} ${one.querySelector(".set-said").textContent}`)]));

search.addEventListener("input", () => {
  const wanted = words(search.querySelector("input").value).split(/\s+/).filter(Boolean);
  for (const one of settings) one.hidden = !wanted.every((word) => said.get(one).includes(word));
  for (const section of sections) section.hidden = !section.querySelector("[data-setting]:not([hidden])");
  form.querySelector(".set-none").hidden = sections.some((section) => !section.hidden);
});

const wrong = form.querySelector("[aria-invalid]");
if (wrong) wrong.focus();
