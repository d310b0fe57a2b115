// A finger on a message: held, it opens the menu; drawn to the left, it answers.
const HOLD = 450; // ms
const STILL = 10; // px a held finger may tremble
const FAR = 56; // px to the left that mean «answer»

export class Touch {
  constructor(box, { menu, canReply, reply }) {
    Object.assign(this, { menu, canReply, reply });
    box.addEventListener("touchstart", (event) => this.began(event), { passive: true });
    box.addEventListener("touchmove", (event) => this.moved(event), { passive: false });
    box.addEventListener("touchend", (event) => this.ended(event));
    box.addEventListener("touchcancel", () => this.reset());
    box.addEventListener("contextmenu", (event) => this.node && !event.target.closest("a") && event.preventDefault());
  }

  began(event) {
    this.reset();
    const node = event.target.closest(".msg[data-seq]");
    if (!node || event.touches.length > 1 || event.target.closest("button, audio, video")) return;
    const { clientX, clientY } = event.touches[0];
    Object.assign(this, { node, x: clientX, y: clientY, dragged: 0, held: false });
    this.timer = event.target.closest("a:not(.quote)") ? 0 : setTimeout(() => this.hold(), HOLD);
  }

  hold() {
    this.held = true;
    navigator.vibrate?.(12);
    this.menu.open(this.node, { sheet: true });
  }

  moved(event) {
    if (!this.node || this.held) return;
    const dx = event.touches[0].clientX - this.x, dy = event.touches[0].clientY - this.y;
    if (Math.hypot(dx, dy) > STILL) clearTimeout(this.timer);
    if (!this.dragged && (Math.abs(dy) > STILL || dx > STILL)) return this.reset(); // it is scrolling
    if (dx > -STILL || !this.canReply(this.node)) return;
    event.preventDefault();
    this.drag(Math.min(-dx - STILL, FAR * 1.3));
  }

  drag(distance) {
    if (this.dragged < FAR && distance >= FAR) navigator.vibrate?.(8);
    this.dragged = distance;
    this.node.classList.add("dragged");
    this.node.classList.toggle("far", distance >= FAR);
    this.node.style.translate = `${-distance}px`;
  }

  ended(event) {
    const { node, dragged, held } = this;
    if (held) event.preventDefault(); // or the finger would press what the sheet has put under it
    this.reset();
    if (node && dragged >= FAR) this.reply(node);
  }

  reset() {
    clearTimeout(this.timer);
    if (this.node) {
      this.node.style.translate = "";
      this.node.classList.remove("dragged", "far");
    }
    this.node = null;
  }
}
