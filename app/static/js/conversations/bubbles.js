// Draws the log's items. templates/conversations/_message.html draws the very same on the server.
import { linked } from "./links.js";
import { quote } from "./quotes.js";

export function element(tag, css, text) {
  const made = document.createElement(tag);
  if (css) made.className = css;
  if (text) made.textContent = text;
  return made;
}

export class Bubbles {
  constructor(settings, clock, attachments) {
    this.settings = settings;
    this.attachments = attachments;
    this.words = settings.words;
    this.clock = clock;
    this.icons = document.getElementById("chat-icons").content;
  }

  icon(name) {
    return this.icons.querySelector(`[data-icon="${name}"] svg`).cloneNode(true);
  }

  day(date) {
    const box = element("div", "day");
    box.append(this.time(date, this.clock.dayLabel(date)));
    return box;
  }

  /** «Today» of a page left open overnight is «yesterday». */
  renameDay(box, date) {
    const time = box.querySelector("time");
    const label = this.clock.dayLabel(date);
    if (time.textContent !== label) time.textContent = label;
  }

  time(date, text) {
    const made = element("time", "", text ?? this.clock.time(date));
    made.dateTime = date.toISOString();
    return made;
  }

  unreadLine() {
    const box = element("div", "unread-line", this.words.unread);
    box.id = "unread-line";
    return box;
  }

  system(line) {
    const box = element("div", "sys");
    box.dataset.seq = line.seq;
    box.append(element("span", "body", line.body), " ", this.time(new Date(line.created_at)));
    return box;
  }

  message(line, mine) {
    const box = element("div", mine ? "msg me" : "msg");
    box.classList.toggle("gone", Boolean(line.deleted));
    if (line.seq) box.dataset.seq = line.seq;
    box.dataset.nonce = line.nonce;
    box.append(element("span", "sr", `${mine ? this.words.you : this.words.other} `));
    const colleague = line.sender !== this.settings.me && this.settings.staff[line.sender];
    if (colleague) box.append(element("b", "author", colleague));
    if (line.reply_to && !line.deleted) box.append(quote(line.reply_to, this.settings));
    box.append(...this.attachments.draw(line), this.body(line), this.meta(line));
    return box;
  }

  body(line) {
    const body = element("span", "body");
    body.append(line.deleted ? this.words.deleted : linked(line.body));
    return body;
  }

  meta(line) {
    const meta = element("span", "meta");
    if (line.edited_at && !line.deleted) meta.append(element("span", "edited", this.words.edited));
    meta.append(this.time(new Date(line.created_at ?? line.at)));
    return meta;
  }

  /** sending, waiting (for the network), sent, read or failed; drawn again only when it changed. */
  mark(box, state) {
    if (box.dataset.state === state) return;
    box.dataset.state = state;
    box.classList.toggle("sending", state === "sending" || state === "waiting");
    box.classList.toggle("failed", state === "failed");
    const meta = box.querySelector(".meta");
    meta.querySelectorAll("svg").forEach((old) => old.remove());
    meta.append(this.icon(state));
    const row = state === "waiting" ? this.row("waiting", "waits", this.words.waits, ["cancel"]) : null;
    this.under(box, ".waiting", row);
  }

  /** Why it cannot be sent, and what can be done. */
  failure(box, { code, error }) {
    const text = code && (error || this.words.unsent[code] || this.words.failed);
    if ((box.querySelector(".retry")?.firstChild.textContent ?? "") === (text ?? "")) return;
    this.under(box, ".retry", text ? this.row("retry", "grow", text, ["retry", "remove"]) : null);
  }

  row(css, textCss, text, actions) {
    const row = element("div", css);
    row.append(element("span", textCss, text));
    for (const action of actions) {
      const button = element("button", "", this.words[action]);
      button.type = "button";
      button.dataset.action = action;
      row.append(button);
    }
    return row;
  }

  under(box, selector, row) {
    box.querySelector(selector)?.remove();
    if (row) box.append(row);
  }
}
