// What one keeps about a conversation, straight from its row in a list: pinned, unread, «answer later».
import { MenuDialog } from "../menu_dialog.js";
import { toast } from "../toast.js";
import { Refused, Wire } from "./wire.js";

const CHANGES = { pin: { pinned: "1" }, unpin: { pinned: "0" }, unread: { unread: "1" }, read: { unread: "0" }, back: { snooze: "" } };
const FINGER = matchMedia("(pointer: coarse)");

/** Changes of any conversation that stands in a list; ``changed`` draws the list anew. */
export class Rows {
  constructor(me, changed) {
    this.later = document.getElementById("row-later");
    this.words = this.later.dataset;
    this.wire = new Wire({ me, csrf: this.words.csrf });
    this.changed = changed;
    this.form = this.later.querySelector("form");
    this.form.addEventListener("submit", (event) => this.submitted(event));
  }

  /** «Answer later»: asks until when. */
  putOff(address) {
    this.form.action = address;
    this.later.showPopover();
  }

  /** A form of a row, or the one that asks until when. */
  submitted(event) {
    event.preventDefault();
    const { form, name, value } = event.submitter;
    const until = form.elements.until?.value;
    this.later.hidePopover();
    return this.keep(form.action, { [name]: value, ...(until && { until }) });
  }

  async keep(address, change) {
    try {
      await this.wire.post(address, change);
      await this.changed();
      return true;
    } catch (error) {
      toast(error instanceof Refused ? error.message : this.words.broken, { kind: "bad" });
      return false;
    }
  }
}

/** The menu of every row of ``list``: its button, a right click, the menu key. */
export function rowMenus(list, me, changed) {
  const rows = new Rows(me, changed);
  let row = null;
  const menu = new MenuDialog(document.getElementById("row-menu"), chosen);
  menu.dialog.addEventListener("close", () => again(row));
  rows.later.addEventListener("toggle", ({ newState }) => newState === "closed" && again(row));
  list.classList.add("has-menus");

  function open(of, beside) {
    row = { id: of.dataset.row, ...of.dataset, link: of.querySelector("a") };
    menu.open(offered(of.dataset), beside, { sheet: FINGER.matches, right: true });
  }

  async function chosen(name) {
    const { pathname } = new URL(row.link.href);
    const address = `${pathname}/standing`;
    if (name === "later") return rows.putOff(address);
    const here = row.link.getAttribute("aria-current");
    const done = await rows.keep(address, CHANGES[name]);
    if (done && here && name === "unread") location.assign(document.querySelector(".talk-head .back").href);
  }

  /** The list may have been drawn anew meanwhile: the hand goes back to the same row. */
  function again({ id }) {
    if (document.activeElement === document.body) list.querySelector(`[data-row="${id}"] [data-row-more]`)?.focus();
  }

  list.addEventListener("click", ({ target }) => {
    const more = target.closest("[data-row-more]");
    if (more) open(more.closest("[data-row]"), more);
  });
  list.addEventListener("contextmenu", (event) => {
    const of = event.target.closest("[data-row]");
    if (!of || event.shiftKey) return; // with Shift the browser's own
    event.preventDefault();
    open(of, of.querySelector("[data-row-more]"));
  });
}

function offered(row) {
  const found = ["pinned" in row ? "unpin" : "pin"];
  if ("marked" in row) found.push("read");
  else if (!("unread" in row)) found.push("unread");
  if ("later" in row) found.push("back");
  return [...found, "later"];
}
