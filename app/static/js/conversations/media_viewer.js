// A photo over the whole screen: arrows, swipes and Esc; the browser's own pinch enlarges it.
import { element } from "./media.js";

const SWIPE = 60; // px

export class Viewer {
  constructor(log, parts) {
    Object.assign(this, { log, parts, words: parts.words });
    log.addEventListener("click", (event) => this.clicked(event));
  }

  clicked(event) {
    const link = event.target.closest("[data-photo]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open(link);
  }

  build() {
    this.box = element("dialog", "viewer");
    this.image = element("img", "");
    this.count = element("span", "viewer-count");
    const close = this.parts.button("x", this.words.close);
    this.save = element("a", "icon-btn");
    this.save.setAttribute("aria-label", this.words.save);
    this.save.append(this.parts.icon("download"));
    const bar = element("div", "viewer-bar");
    bar.append(this.count, this.save, close);
    this.back = this.parts.button("back", this.words.previous);
    this.next = this.parts.button("next", this.words.next);
    this.back.classList.add("viewer-back");
    this.next.classList.add("viewer-next");
    this.box.append(bar, this.back, this.image, this.next);
    close.addEventListener("click", () => this.box.close());
    this.back.addEventListener("click", () => this.step(-1));
    this.next.addEventListener("click", () => this.step(1));
    this.box.addEventListener("click", (event) => event.target === this.box && this.box.close());
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    this.box.addEventListener("close", () => this.at?.focus({ preventScroll: true }));
    this.swipes();
    document.body.append(this.box);
  }

  swipes() {
    let from = null;
    this.image.addEventListener("pointerdown", (event) => (from = event.isPrimary ? event.clientX : null));
    this.image.addEventListener("pointerup", (event) => {
      if (from === null || (window.visualViewport?.scale ?? 1) > 1) return;
      const way = event.clientX - from;
      from = null;
      if (Math.abs(way) > SWIPE) this.step(way < 0 ? 1 : -1);
    });
    this.image.addEventListener("dragstart", (event) => event.preventDefault());
  }

  get photos() {
    return [...this.log.querySelectorAll("[data-photo]")];
  }

  open(link) {
    if (!this.box) this.build();
    this.show(link);
    this.box.showModal();
  }

  show(link) {
    this.at = link;
    const photos = this.photos, place = photos.indexOf(link);
    const small = link.querySelector("img");
    this.image.src = link.href;
    this.image.alt = small.alt;
    this.box.setAttribute("aria-label", small.alt);
    this.save.href = link.href;
    this.save.download = "";
    this.count.textContent = photos.length > 1 ? `${place + 1} / ${photos.length}` : "";
    this.back.hidden = place <= 0;
    this.next.hidden = place >= photos.length - 1;
  }

  step(way) {
    const link = this.photos[this.photos.indexOf(this.at) + way];
    if (link) this.show(link);
  }

  pressed(event) {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    this.step(way);
  }
}
