// Ready answers: «/» at the beginning of a word, or the button, opens the list; what is typed after it narrows the list.
import { tell } from "../behaviour.js";

const ASKED = /(^|\s)\/([^\s/]*)$/;

export function readyAnswers(composer, answers) {
  const { field, form } = composer;
  const list = document.getElementById("ready-list");
  const button = form.querySelector("[data-ready]");
  const inserted = new Set();
  let at = 0, shown = [];

  function close() {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function open(word) {
    const wanted = word.toLocaleLowerCase();
    shown = answers.filter(({ title, body }) => `${title}\n${body}`.toLocaleLowerCase().includes(wanted));
    at = 0;
    list.replaceChildren(...(shown.length ? shown.map(row) : [nothing()]));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    mark();
  }

  function row({ title, body }, n) {
    const item = document.createElement("li");
    item.id = `ready-${n}`;
    item.setAttribute("role", "option");
    const name = document.createElement("b"), text = document.createElement("small");
    name.textContent = title;
    text.textContent = body;
    item.append(name, text);
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps its focus
      insert(n);
    });
    return item;
  }

  function nothing() {
    const item = document.createElement("li");
    item.className = "muted";
    item.textContent = list.dataset.empty;
    return item;
  }

  function mark() {
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === at && shown.length > 0)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    if (shown.length) field.setAttribute("aria-activedescendant", `ready-${at}`);
  }

  function insert(n) {
    const before = field.value.slice(0, field.selectionStart).replace(ASKED, "$1");
    field.setRangeText(shown[n].body, before.length, field.selectionStart, "end");
    inserted.add(shown[n].id);
    close();
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Counted are the answers that were sent; whoever cleared the field did not like them.
  form.addEventListener("submit", () => {
    if (inserted.size && field.value.trim()) tell({ ready: [...inserted] });
    inserted.clear();
  }, { capture: true });

  field.addEventListener("input", () => {
    if (!field.value) inserted.clear();
    const asked = ASKED.exec(field.value.slice(0, field.selectionStart));
    if (asked) open(asked[2]);
    else close();
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      at = (at + step + shown.length) % shown.length;
      mark();
    } else if (["Enter", "Tab"].includes(event.key) && shown.length) insert(at);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  field.addEventListener("blur", close);
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    if (!list.hidden) return close();
    field.focus();
    open("");
  });
}
