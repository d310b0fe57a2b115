// How far a visit comes with the inquiry form. A visit is this page while it is open: it lives in the variables below
// and in a hidden field that goes along with the form, so that the server can count how it ended.
import { counting, tell } from "./behaviour.js";

const [OPENED, TOUCHED, SECOND, PRESSED] = [1, 2, 3, 4];

export function visit(form) {
  const field = form.elements.visit;
  if (!counting || !field) return;
  let screen, deal, told, reached, complained, news;

  function begin(written = "") {
    const [oldScreen, oldDeal, oldTold, fields] = written.split(".");
    screen = oldScreen || (matchMedia("(max-width: 640px)").matches ? "phone" : "desktop");
    deal = oldDeal;
    told = Number(oldTold || 0);
    reached = Math.max(told, OPENED);
    complained = new Set(fields ? fields.split(",") : []);
    news = new Set();
    field.value = written;
  }

  const reach = (step) => (reached = Math.max(reached, step));
  // The deal of a visit is the one chosen when it was first told of: its steps must not part.
  const settle = () => (deal ||= form.elements.deal.value);

  function complain({ target }) {
    if (!target.name || complained.has(target.name)) return;
    complained.add(target.name);
    news.add(target.name);
  }

  /** Whoever leaves, or turns to another tab and may never come back. */
  function leave() {
    if (reached === told && !news.size) return;
    tell({ form: { screen, deal: settle(), from: told, to: reached, refused: [...news] } });
    told = reached;
    news.clear();
  }

  /** The form goes, and says itself what was not told yet. */
  function send() {
    if (news.size) leave();
    reach(PRESSED);
    field.value = [screen, settle(), told, [...complained].join(",")].join(".");
    told = reached;
  }

  begin(field.defaultValue);
  form.addEventListener("input", ({ target }) => reach(target.closest("[data-step='1']") ? TOUCHED : SECOND));
  form.addEventListener("focusin", ({ target }) => target.closest("[data-step='2'], [data-quick]") && reach(SECOND));
  form.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.matches("[data-next]") && form.dataset.at === "2") reach(SECOND);
    else if (button?.type === "submit" && !button.name) reach(PRESSED);
  });
  form.addEventListener("invalid", complain, { capture: true });
  form.addEventListener("submit", send);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  addEventListener("pageshow", (event) => event.persisted && begin());
}
