// Draws what a message carries besides its words. templates/conversations/_media.html does it where no script runs.
import { voice } from "./voice_bubble.js";

const BOX = 320; // px, as services/attachments.py BOX
const ICONS = { xlsx: "table", ods: "table", csv: "table", pptx: "slides", odp: "slides" };

export class Attachments {
  constructor(settings, player) {
    Object.assign(this, { settings, player, words: settings.files.words });
    this.icons = document.getElementById("media-icons").content;
    this.numbers = new Intl.NumberFormat(settings.locale, { maximumFractionDigits: 1 });
  }

  icon(name) {
    return this.icons.querySelector(`[data-icon="${name}"] svg`).cloneNode(true);
  }

  /** What stands in the bubble for a stored or waiting message's file: no element, one, or two. */
  draw(line) {
    const { media } = line;
    if (!media || line.deleted) return [];
    const drawn = { image: () => this.photo(media), voice: () => voice(media, this) }[line.kind] ?? (() => this.file(media));
    return line.file && !line.seq ? [drawn(), this.progress(line)] : [drawn()];
  }

  photo(media) {
    const link = element("a", "photo");
    link.href = media.url;
    link.dataset.photo = "";
    const image = element("img", "");
    const scale = Math.min(1, BOX / media.width, BOX / media.height);
    image.width = Math.max(1, Math.round(media.width * scale));
    image.height = Math.max(1, Math.round(media.height * scale));
    image.decoding = "async";
    image.alt = this.words.photo.replace("{name}", media.name);
    image.src = media.thumb ?? media.url;
    link.append(image);
    return link;
  }

  file(media) {
    const link = element("a", "file");
    link.href = media.url;
    link.download = media.name;
    const ending = media.name.split(".").at(-1);
    const face = element("span", "file-icon");
    face.append(this.icon(ICONS[ending] ?? "text"));
    const about = element("span", "grow");
    about.append(element("b", "file-name", media.name), element("small", "", `${ending.toUpperCase()} · ${this.size(media.size)}`));
    link.append(face, about);
    return link;
  }

  size(bytes) {
    const [amount, unit] = bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1000)), "kb"] : [bytes / 1e6, "mb"];
    return this.words[unit].replace("{n}", this.numbers.format(amount));
  }

  progress(line) {
    const row = element("span", "uploading");
    const bar = element("progress", "");
    bar.max = 1;
    bar.value = line.progress ?? 0;
    bar.setAttribute("aria-label", this.words.uploading.replace("{name}", line.media.name));
    row.append(bar, this.button("x", this.words.cancelUpload, "cancel"));
    return row;
  }

  button(icon, label, action) {
    const made = element("button", "icon-btn");
    made.type = "button";
    made.setAttribute("aria-label", label);
    if (action) made.dataset.action = action;
    made.append(this.icon(icon));
    return made;
  }
}

export function element(tag, css, text) {
  const made = document.createElement(tag);
  if (css) made.className = css;
  if (text) made.textContent = text;
  return made;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
