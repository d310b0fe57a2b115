// Comforts of the inquiry form: the country narrows the cities, proposes the currency; on a phone two short steps.
// Without this script the same form works as one page with all cities in one list.

import { searches, tell } from "./behaviour.js";
import { holds } from "./field_errors.js";
import { fitting } from "./own_fields.js";
import { visit } from "./visit.js";

for (const form of document.querySelectorAll("[data-inquiry-form]")) start(form);

function start(form) {
  const part = {
    form,
    country: form.elements.country,
    city: form.elements.city,
    currency: form.elements.currency,
    currencies: JSON.parse(form.querySelector("[data-currencies]").textContent),
    // Every group of cities ever offered; the list itself shows those of the chosen country.
    groups: [...form.elements.city.querySelectorAll("optgroup")],
  };
  part.currencyTouched = form.elements.currency.value !== "";
  part.currency.addEventListener("change", () => (part.currencyTouched = true));
  part.country.addEventListener("change", () => narrow(part));
  part.city.addEventListener("change", () => cityChosen(part));
  if (!part.country.value && part.country.options.length === 2 && !part.city.value) part.country.selectedIndex = 1;
  if (part.country.value) narrow(part);
  cityChosen(part);
  fitting(form);
  searching(part);
  quickly(part);
  stepping(part);
  keeping(part);
  if (form.dataset.served) freshness(part);
  visit(form); // after all others: it looks at what they did
}

function narrow(part) {
  const chosen = part.city.value;
  const code = part.country.value;
  const shown = part.groups.filter((group) => !code || group.dataset.country === code || "others" in group.dataset);
  for (const group of part.city.querySelectorAll("optgroup")) group.remove();
  part.city.append(...shown);
  part.city.value = chosen;
  if (part.city.selectedIndex < 0) part.city.selectedIndex = 0;
  const cities = part.city.querySelectorAll("option:not([value=''])");
  if (code && !part.city.value && cities.length === 1) part.city.value = cities[0].value;
  cityChosen(part);
}

function cityChosen(part) {
  const option = part.city.selectedOptions[0];
  const group = option?.parentElement;
  const country = group?.dataset?.country;
  const others = group?.dataset && "others" in group.dataset;
  if (country && !part.country.value) part.country.value = country;
  if (others) part.country.value = "";
  const currency = others ? option.dataset.currency : part.currencies[country ?? part.country.value];
  if (currency && !part.currencyTouched) propose(part.currency, currency);
  const note = part.form.querySelector("[data-unserved]");
  if (note) note.hidden = !others;
}

function propose(select, code) {
  if (![...select.options].some((option) => option.value === code)) select.append(new Option(code, code));
  select.value = code;
}

// «Моего города нет в списке»

function searching(part) {
  const input = part.form.querySelector("[data-search]");
  if (!input) return;
  const list = part.form.querySelector("[data-found]");
  part.form.querySelector("[data-plain]").hidden = true;
  let timer;
  let asked = "";
  const empty = searches("city", input);
  const ask = async () => {
    const query = input.value.trim();
    if (query === asked) return;
    asked = query;
    if (query.length < 2) return list.replaceChildren();
    const answer = await fetch(`${input.dataset.search}?q=${encodeURIComponent(query)}`).catch(() => null);
    if (!answer?.ok || query !== asked) return;
    const { cities } = await answer.json();
    show(part, list, input, cities);
    if (!cities.length) empty(query);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 180);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    list.querySelector("button")?.click();
  });
}

function show(part, list, input, cities) {
  const rows = cities.map((city) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = city.name;
    button.addEventListener("click", () => take(part, list, input, city));
    return wrapped(button);
  });
  if (!rows.length) {
    const hint = document.createElement("span");
    hint.className = "hint";
    hint.textContent = list.dataset.none;
    rows.push(wrapped(hint));
  }
  list.replaceChildren(...rows);
}

function wrapped(child) {
  const row = document.createElement("li");
  row.append(child);
  return row;
}

function take(part, list, input, city) {
  const known = part.groups.flatMap((group) => [...group.children]).some((option) => option.value === city.id);
  if (!known) {
    let others = part.groups.find((group) => "others" in group.dataset);
    if (!others) {
      others = document.createElement("optgroup");
      others.label = list.dataset.group;
      others.dataset.others = "";
      part.groups.push(others);
    }
    const option = new Option(city.name, city.id);
    option.dataset.currency = city.currency;
    others.append(option);
    tell({ city: city.id });
  }
  part.country.value = "";
  narrow(part);
  part.city.value = city.id;
  cityChosen(part);
  list.replaceChildren();
  input.value = "";
  input.closest("details").open = false;
  part.city.focus();
}

// The way without registration asks for a name, an e-mail and the consents as soon as somebody has begun to go it.

function quickly(part) {
  const box = part.form.querySelector("[data-quick]");
  if (!box) return;
  const typed = [...box.querySelectorAll("input:not([type=checkbox])")];
  const ask = () => {
    const begun = typed.some((field) => field.value.trim());
    for (const field of box.querySelectorAll("[data-missing]")) field.required = begun;
  };
  box.addEventListener("input", ask);
  ask();
}

// Two steps on a phone; which of them shows is the style sheet's business.

function stepping(part) {
  const { form } = part;
  const box = form.querySelector(".stepping");
  if (!box) return;
  const words = box.querySelector("[data-progress]");
  const go = (number, scroll) => {
    form.dataset.at = number;
    words.textContent = words.dataset.words.replace("{n}", number);
    if (scroll) form.scrollIntoView({ block: "start" });
  };
  box.hidden = false;
  form.classList.add("stepped");
  const wrong = form.querySelector('[aria-invalid="true"], .error-text');
  const firstStep = form.querySelector('[data-step="1"]');
  go(wrong && !firstStep.contains(wrong) ? 2 : 1, false);
  box.querySelector("[data-next]").addEventListener("click", () => {
    if (holds(firstStep)) go(2, true);
  });
  form.addEventListener("invalid", ({ target }) => firstStep.contains(target) && go(1, false), { capture: true });
  box.querySelector("[data-back]").addEventListener("click", () => go(1, true));
  // Enter on the first step leads to the second one rather than sending half a form.
  form.addEventListener("keydown", (event) => {
    const small = matchMedia("(max-width: 640px)").matches;
    if (event.key !== "Enter" || !small || form.dataset.at !== "1" || !firstStep.contains(event.target)) return;
    if (event.target.tagName === "SELECT" || event.target.tagName === "SUMMARY" || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    box.querySelector("[data-next]").click();
  });
}

// What was typed comes through a lost page: kept in this tab until the form is sent.

function keeping(part) {
  const { form } = part;
  const place = `inquiry:${form.getAttribute("action")}`;
  const own = [...form.querySelectorAll("[data-own] input.input")].map((input) => input.name);
  const names = ["budget_min", "budget_max", "area_min", "wishes", ...own];
  const field = (name) => form.elements[name];
  const kept = JSON.parse(sessionStorage.getItem(place) ?? "{}");
  for (const name of names) if (kept[name] && !field(name).value && form.dataset.served) field(name).value = kept[name];
  form.addEventListener("input", () => {
    sessionStorage.setItem(place, JSON.stringify(Object.fromEntries(names.map((name) => [name, field(name).value]))));
  });
  form.addEventListener("submit", () => sessionStorage.removeItem(place));
}

// A page that has been open for a while learns of new cities.

function freshness(part) {
  let at = Date.now();
  const renew = async () => {
    if (Date.now() - at < 1000) return;
    at = Date.now();
    const answer = await fetch(part.form.dataset.served).catch(() => null);
    if (answer?.ok) serve(part, (await answer.json()).countries);
  };
  document.addEventListener("visibilitychange", () => document.hidden || renew());
  document.addEventListener("otklik:places", () => {
    at = 0; // this is news, however fresh the page
    renew();
  });
}

function serve(part, countries) {
  const { country, city } = part;
  const chosen = { country: country.value, city: city.value };
  const others = part.groups.filter((group) => "others" in group.dataset);
  part.groups = countries.map(groupOf);
  const served = new Set(part.groups.flatMap((group) => [...group.children].map((option) => option.value)));
  for (const group of others) for (const option of [...group.children]) if (served.has(option.value)) option.remove();
  part.groups.push(...others.filter((group) => group.children.length));
  country.replaceChildren(country.options[0], ...countries.map((one) => new Option(one.name, one.code)));
  for (const one of countries) part.currencies[one.code] ??= one.currency;
  country.value = chosen.country;
  for (const group of city.querySelectorAll("optgroup")) group.remove();
  city.append(...part.groups);
  city.value = chosen.city;
  narrow(part);
}

function groupOf(country) {
  const group = document.createElement("optgroup");
  group.label = country.name;
  group.dataset.country = country.code;
  group.append(...country.cities.map((city) => new Option(city.name, city.id)));
  return group;
}
