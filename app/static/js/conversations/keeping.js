// What one keeps about this conversation: pinned, unread, put off. The same in every tab and on every device.
import { toast } from "../toast.js";
import { backTo } from "./shortcuts.js";
import { Refused } from "./wire.js";

export class Keeping {
  constructor(wire, settings) {
    Object.assign(this, { wire, settings, kept: settings.standing });
    this.address = `${settings.base}/standing`;
    for (const form of document.querySelectorAll("form[data-standing]")) {
      form.addEventListener("submit", (event) => this.submitted(event));
    }
    const opener = document.getElementById("snooze-open");
    opener.addEventListener("click", () => opener.closest("details").removeAttribute("open"));
    document.getElementById("snooze").addEventListener("toggle", ({ newState }) => newState === "closed" && backTo(opener));
    wire.on("standing:changed", (kept) => this.take(kept));
    document.addEventListener("visibilitychange", () => this.looked());
    this.looked();
  }

  /** Whoever has the conversation on screen has it read again. */
  looked() {
    if (this.kept.unread && document.visibilityState === "visible") this.change({ unread: false }).catch(() => {});
  }

  async submitted(event) {
    event.preventDefault();
    const { form, name, value } = event.submitter;
    event.target.closest("details")?.removeAttribute("open");
    event.target.closest("[popover]")?.hidePopover();
    const until = form.elements.until?.value;
    await this.try({ [name]: value, ...(until && { until }) });
  }

  /** A change that a person asked for: why it was refused is said. */
  async try(change) {
    try {
      await this.change(change);
      if ("unread" in change) location.assign(document.querySelector(".talk-head .back").href);
    } catch (error) {
      toast(error instanceof Refused ? error.message : this.settings.words.broken, { kind: "bad" });
    }
  }

  async change(change) {
    const { standing } = await this.wire.post(this.address, change);
    this.take(standing);
  }

  pin() {
    return this.try({ pinned: this.kept.pinned ? "0" : "1" });
  }

  /** ``until`` is in words where this page asked; another tab's change is said by the clock. */
  take(kept) {
    this.kept = kept;
    for (const button of document.querySelectorAll("[data-shows]")) {
      button.hidden = (button.dataset.shows === "pinned") !== kept.pinned;
    }
    const line = document.getElementById("put-off");
    line.hidden = !kept.snoozed_until;
    line.querySelector("[data-until]").textContent = kept.until ?? this.said(kept.snoozed_until);
  }

  said(moment) {
    if (!moment) return "";
    const { locale, timezone } = this.settings;
    const options = { dateStyle: "medium", timeStyle: "short", ...(timezone && { timeZone: timezone }) };
    return new Intl.DateTimeFormat(locale, options).format(new Date(moment));
  }
}
