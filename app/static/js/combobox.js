// A field filled by typing: data-combobox names the address that answers ?q= with [{id, label, hint}].
// The key travels in the hidden input; text that was typed but never chosen leaves no key behind, and its form stays.
const PAUSE = 180;

export function wire(root = document) {
  for (const box of root.querySelectorAll("[data-combobox]")) if (!box.combobox) box.combobox = new Combobox(box);
}

class Combobox {
  constructor(box) {
    this.address = box.dataset.combobox;
    this.empty = box.dataset.empty;
    this.choice = box.dataset.choice;
    this.key = box.querySelector('input[type="hidden"]');
    this.input = box.querySelector('[role="combobox"]');
    this.list = box.querySelector('[role="listbox"]');
    this.chosen = { id: this.key.value, label: this.input.defaultValue };
    this.active = -1;
    this.asked = 0;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.list.hidden && this.ask());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.left());
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // keeps the focus in the input
      const option = event.target.closest("[data-id]");
      if (option) this.choose(option);
    });
    // Somebody was faster than this script.
    if (document.activeElement === this.input && this.input.value !== this.input.defaultValue) this.typed();
  }

  typed() {
    this.key.value = "";
    this.input.setCustomValidity("");
    if (!this.input.value.trim()) this.chosen = { id: "", label: "" };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const mine = ++this.asked;
    const text = this.input.value === this.chosen.label ? "" : this.input.value;
    const address = new URL(this.address, location.href);
    address.searchParams.set("q", text);
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || mine !== this.asked || document.activeElement !== this.input) return;
    this.show(await answer.json());
  }

  show(rows) {
    this.list.replaceChildren(...(rows.length ? rows.map((row, n) => this.option(row, n)) : [this.nothing()]));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(rows.length ? 0 : -1);
  }

  option(row, n) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${n}`;
    item.role = "option";
    item.dataset.id = row.id;
    item.dataset.label = row.label;
    item.append(row.label);
    if (row.hint) item.append(Object.assign(document.createElement("small"), { textContent: row.hint }));
    return item;
  }

  nothing() {
    return Object.assign(document.createElement("li"), { textContent: this.empty });
  }

  mark(n) {
    const options = this.list.querySelectorAll("[data-id]");
    this.active = options.length ? (n + options.length) % options.length : -1;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.active)));
    const option = options[this.active];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.ask();
      else this.mark(this.active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (["Enter", "Tab"].includes(event.key) && !this.list.hidden) {
      if (event.key === "Enter") event.preventDefault();
      else if (!this.unchosen) return; // it only came by
      const option = this.list.querySelectorAll("[data-id]")[this.active];
      if (option) this.choose(option);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.close();
    }
  }

  choose(option) {
    this.chosen = { id: option.dataset.id, label: option.dataset.label };
    this.restore();
    this.close();
    this.key.dispatchEvent(new Event("change", { bubbles: true }));
  }

  left() {
    clearTimeout(this.timer);
    this.asked++;
    if (this.unchosen) this.input.setCustomValidity(this.choice);
    else this.restore();
    this.close();
  }

  get unchosen() {
    const text = this.input.value.trim();
    return Boolean(text) && text !== this.chosen.label;
  }

  restore() {
    this.input.setCustomValidity("");
    this.key.value = this.chosen.id;
    this.input.value = this.chosen.label;
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

wire();
