// Searchable lists, by the ARIA combobox pattern. Without this script the same controls are a plain select and a
// plain text field, and the server understands both.
//
//   <select data-combobox data-words='{…}'>                    one of its options; typing narrows them
//   <input data-combobox="/api/places/cities" data-words='{…}' what the address finds; free text stays possible
//          data-value="city" data-with="country">              id of the hidden field that keeps the choice, and of the
//                                                              control whose value goes along (and clears the choice)
//
// words: {list, none, one, few, many, first, more}; templates/components/combobox.html writes them.

const PAUSE = 160; // milliseconds without a key before the server is asked
const SHOWN = 60;

let made = 0;

export function combobox(element) {
  const combo = element.tagName === "SELECT" ? new SelectCombobox(element) : new RemoteCombobox(element);
  combo.start();
  return combo;
}

class Combobox {
  constructor(input, words) {
    Object.assign(this, { input, words, options: [], active: -1, asked: 0, plural: new Intl.PluralRules(document.documentElement.lang) });
  }

  start() {
    const { input } = this;
    this.list = part("ul", { id: `combobox-${++made}`, role: "listbox", className: "combo-list", hidden: true });
    this.list.setAttribute("aria-label", this.words.list);
    this.status = part("span", { role: "status", className: "sr" });
    const frame = part("div", { className: "combo" });
    input.replaceWith(frame);
    frame.append(input, this.list, this.status);
    set(input, { role: "combobox", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
    set(input, { "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id });
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("click", () => this.opened || this.look(""));
    input.addEventListener("blur", () => this.leave());
    // A press on the list must not take the focus away from the field.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.pick(event.target.closest("[role=option]")?.dataset.index));
  }

  get opened() {
    return !this.list.hidden;
  }

  typed() {
    this.forget();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(this.input.value), this.pause);
  }

  async look(query) {
    const turn = ++this.asked;
    const found = await this.find(query.trim());
    if (turn !== this.asked || document.activeElement !== this.input) return;
    this.show(found, query);
  }

  show(found, query) {
    this.options = found.slice(0, SHOWN);
    this.list.replaceChildren(...this.options.map((option, index) => row(option, index, this.list.id)));
    const text = found.length ? this.counted(found.length) : this.empty(query);
    if (!found.length || found.length > SHOWN) this.list.append(part("li", { className: "combo-note", role: "presentation", textContent: found.length ? this.words.more : text }));
    this.status.textContent = text;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.activate(this.preferred(query));
    this.list.scrollIntoView?.({ block: "nearest" });
  }

  counted(number) {
    const word = this.words[{ one: "one", few: "few" }[this.plural.select(number)] ?? "many"];
    return word.replace("{n}", number);
  }

  close() {
    clearTimeout(this.timer);
    this.asked++;
    this.list.hidden = true;
    this.status.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.activate(-1);
  }

  activate(index) {
    this.list.children[this.active]?.removeAttribute("aria-selected");
    this.active = index;
    const option = this.options[index] && this.list.children[index];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !event.altKey) {
      event.preventDefault();
      if (!this.opened) return this.look("");
      const count = this.options.length;
      if (count) this.activate(this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count);
    } else if (event.key === "Enter" && this.opened) {
      event.preventDefault(); // the form is not sent by choosing
      if (this.active >= 0) this.pick(this.active);
      else this.close();
    } else if (event.key === "Escape" && this.opened) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Tab" && this.opened && this.active >= 0) {
      this.pick(this.active);
    }
  }

  pick(index) {
    const option = this.options[index];
    if (!option) return;
    this.input.value = option.name;
    this.input.setCustomValidity("");
    this.keep(option);
    this.close();
  }
}

// One of the options that are in the page.
class SelectCombobox extends Combobox {
  pause = 0;

  constructor(select) {
    super(part("input", { type: "text", className: select.className }), JSON.parse(select.dataset.words));
    this.select = select;
  }

  start() {
    const { select, input } = this;
    const label = select.labels[0];
    input.id = `${select.id}-typed`;
    input.required = select.required;
    for (const name of ["aria-describedby", "aria-invalid", "autofocus", "data-missing"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    select.after(input);
    if (label) label.htmlFor = input.id;
    // It stays as the value's keeper, out of sight. A required control nobody sees would stop the form without a word.
    Object.assign(select, { required: false, tabIndex: -1, className: "sr" });
    select.setAttribute("aria-hidden", "true");
    super.start();
    input.closest(".combo").classList.add("choice");
    input.addEventListener("focus", () => input.select());
    select.addEventListener("change", () => this.reflect());
    select.form?.addEventListener("reset", () => setTimeout(() => this.reflect()));
    this.reflect();
  }

  reflect() {
    this.input.value = this.select.value ? this.select.selectedOptions[0].text : "";
    this.input.placeholder = this.select.querySelector("option[value='']")?.text ?? "";
  }

  find(query) {
    const wanted = fold(query);
    const all = [...this.select.options].filter((option) => option.value).map((option) => ({ id: option.value, name: option.text, hint: option.dataset.also ?? "" }));
    if (!wanted) return all;
    const rank = (option) => Math.min(...[option.name, option.hint].map((name) => placeOf(wanted, fold(name))));
    return all.map((option) => [rank(option), option]).filter(([place]) => place < 3).sort(([a], [b]) => a - b).map(([, option]) => option);
  }

  empty() {
    return this.words.none;
  }

  preferred(query) {
    const current = this.options.findIndex((option) => option.id === this.select.value);
    return query ? Math.min(0, this.options.length - 1) : current;
  }

  forget() {}

  keep(option) {
    if (this.select.value === option.id) return;
    this.select.value = option.id;
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // What stays in the field is always what is chosen: the very name typed is taken, anything else is put back.
  leave() {
    const typed = fold(this.input.value);
    const same = this.find("").find((option) => [option.name, option.hint].some((name) => typed && fold(name) === typed));
    if (same) this.keep(same);
    else if (!typed) this.keep({ id: "" });
    this.reflect();
    this.close();
  }
}

// What the server finds. Text that is nobody's name is left for the server to judge.
class RemoteCombobox extends Combobox {
  pause = PAUSE;

  constructor(input) {
    super(input, JSON.parse(input.dataset.words));
    this.url = input.dataset.combobox;
    this.value = document.getElementById(input.dataset.value);
    this.companion = input.dataset.with ? document.getElementById(input.dataset.with) : null;
  }

  start() {
    super.start();
    this.companion?.addEventListener("change", () => {
      this.input.value = "";
      this.forget();
      this.close();
    });
  }

  async find(query) {
    if (this.companion && !this.companion.value) return [];
    const address = new URL(this.url, location.href);
    address.searchParams.set("q", query);
    if (this.companion) address.searchParams.set(this.companion.name, this.companion.value);
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    return answer?.ok ? (await answer.json()).results : [];
  }

  empty() {
    return this.companion && !this.companion.value ? this.words.first : this.words.none;
  }

  preferred() {
    return -1;
  }

  forget() {
    if (this.value.value === "") return;
    this.value.value = "";
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  keep(option) {
    this.value.value = option.id;
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  leave() {
    const typed = fold(this.input.value);
    const same = this.options.find((option) => fold(option.name) === typed);
    if (typed && !this.value.value && same && this.opened) this.keep(same);
    this.close();
  }
}

function row(option, index, list) {
  const item = part("li", { id: `${list}-${index}`, role: "option" });
  item.dataset.index = index;
  item.append(part("span", { textContent: option.name }));
  if (option.hint) item.append(part("small", { textContent: option.hint }));
  return item;
}

function part(tag, values) {
  const element = document.createElement(tag);
  const { role, ...properties } = values;
  if (role) element.setAttribute("role", role);
  return Object.assign(element, properties);
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

// As app/spelling.py folds: no diacritics, ё is е, a hyphen is a space.
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}|['’ʻʼ`]/gu, "").replaceAll("-", " ").toLowerCase().trim();
}

// 0 begins so, 1 one of its words does, 2 it is inside, 3 it is not there.
function placeOf(wanted, name) {
  if (name.startsWith(wanted)) return 0;
  if (name.includes(` ${wanted}`)) return 1;
  return wanted.length > 2 && name.includes(wanted) ? 2 : 3;
}

for (const element of document.querySelectorAll("[data-combobox]")) combobox(element);
