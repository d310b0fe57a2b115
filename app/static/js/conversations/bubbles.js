// Draws the log's items. templates/conversations/_message.html draws the very same on the server.
import { linked } from "./links.js";

function element(tag, css, text) {
  const made = document.createElement(tag);
  made.className = css;
  if (text) made.textContent = text;
  return made;
}

export class Bubbles {
  constructor(settings, clock) {
    this.words = settings.words;
    this.settings = settings;
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
    if (line.seq) box.dataset.seq = line.seq;
    box.dataset.nonce = line.nonce;
    const body = element("span", "body");
    body.append(linked(line.body));
    const meta = element("span", "meta");
    meta.append(this.time(new Date(line.created_at ?? line.at)));
    box.append(element("span", "sr", `${mine ? this.words.you : this.words.other} `), body, meta);
    const colleague = line.sender !== this.settings.me && this.settings.staff[line.sender];
    if (colleague) body.before(element("b", "author", colleague));
    return box;
  }

  /** sending, sent, read or failed; drawn again only when it changed. */
  mark(box, state) {
    if (box.dataset.state === state) return;
    box.dataset.state = state;
    box.classList.toggle("sending", state === "sending");
    box.classList.toggle("failed", state === "failed");
    const meta = box.querySelector(".meta");
    meta.querySelector("svg")?.remove();
    meta.append(this.icon(state));
  }

  failure(box, text) {
    box.querySelector(".retry")?.remove();
    if (!text) return;
    const row = element("div", "retry");
    row.append(element("span", "grow", text));
    for (const action of ["retry", "remove"]) {
      const button = element("button", "", this.words[action]);
      button.type = "button";
      button.dataset.action = action;
      row.append(button);
    }
    box.append(row);
  }
}
