// «Вы имели в виду Прага?» as soon as a typed city is left, so that the form is not sent in vain. The server asks the
// same question where this script does not run.
const typed = document.getElementById("city_name");
const chosen = document.getElementById("city");
const insisted = document.getElementById("new_city");
const country = document.getElementById("country");
const offer = document.getElementById("city-offer");
const question = document.getElementById("city-question");
const other = offer.querySelector('[value="new"]');

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("-", " ").trim().toLowerCase();

async function like(name) {
  const address = `/api/places/cities?${new URLSearchParams({ country: country.value, q: name })}`;
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? (await answer.json()).results : [];
}

function show(cities) {
  for (const button of offer.querySelectorAll("button:not([value=new])")) button.remove();
  for (const { id, name } of cities) {
    const button = Object.assign(document.createElement("button"), { className: "btn s", name: "take", value: id, textContent: name });
    button.dataset.name = name;
    other.before(button);
  }
  question.textContent = cities.length ? offer.dataset.question.replace("{city}", cities[0].name) : "";
  offer.hidden = cities.length === 0;
}

async function ask() {
  const name = typed.value.trim();
  if (!name || !country.value || chosen.value || insisted.value === name) return show([]);
  const cities = await like(name);
  if (typed.value.trim() !== name || chosen.value) return;
  const same = cities.find((city) => [city.name, city.hint].some((known) => fold(known) === fold(name)));
  if (same) take(same.id, same.name);
  else show(cities.slice(0, 3));
}

function take(id, name) {
  chosen.value = id;
  typed.value = name;
  show([]);
}

offer.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  if (button === other) insisted.value = typed.value.trim();
  else take(button.value, button.dataset.name);
  show([]);
  document.getElementById("agency").focus();
});

// A press on an option of the list ends here too, with the choice made a moment later.
typed.addEventListener("blur", () => setTimeout(ask, 200));
typed.addEventListener("input", () => show([]));
chosen.addEventListener("change", () => chosen.value && show([]));
country.addEventListener("change", () => show([]));
