// Search in all of one's conversations: what is found stands in place of the list while something is asked for.
const PAUSE = 250; // ms after the last letter

class Find {
  constructor(form) {
    this.form = form;
    this.field = form.elements.q;
    this.list = document.querySelector(form.dataset.find);
    if (!this.list) return;
    this.found = document.createElement("ul");
    this.found.className = "threads found";
    this.found.hidden = true;
    this.found.setAttribute("aria-label", form.dataset.found);
    this.list.before(this.found);
    this.field.addEventListener("input", () => this.later());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    if (this.field.value) this.ask(); // the browser kept it on the way back
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  pressed(event) {
    if (event.key !== "Escape" || !this.field.value) return;
    event.preventDefault();
    this.field.value = "";
    this.ask();
  }

  async ask() {
    clearTimeout(this.timer);
    const text = this.field.value.trim();
    const html = text ? await this.answer(text) : "";
    if (html === null || text !== this.field.value.trim()) return; // a later question is on its way
    this.found.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    this.found.hidden = !text;
    this.list.hidden = Boolean(text);
  }

  async answer(text) {
    try {
      const address = `${this.form.action}?${new URLSearchParams({ q: text })}`;
      const response = await fetch(address, { headers: { Accept: "application/json" } });
      return response.ok ? (await response.json()).html : null;
    } catch {
      return null; // the next letter asks again
    }
  }
}

for (const form of document.querySelectorAll("[data-find]")) new Find(form);
