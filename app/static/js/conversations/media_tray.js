// Files on their way into the composer: chosen, pasted or dropped, looked at, taken out again, sent together.
import { element } from "./media.js";

const PHOTO = /^image\/(jpeg|png|webp|gif|avif|heic|heif)$/;
const MOST = 20; // at once

export class Tray {
  constructor(form, settings, parts, composer) {
    Object.assign(this, { form, settings, parts, composer, words: parts.words });
    this.items = [];
    this.box = document.getElementById("tray");
    this.input = document.getElementById("attach-file");
    const clip = document.getElementById("attach");
    clip.hidden = false;
    clip.addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
    composer.field.addEventListener("paste", (event) => this.pasted(event));
    this.drops(form.closest(".talk"));
  }

  pasted(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    this.add(event.clipboardData.files);
  }

  drops(zone) {
    const sign = document.getElementById("dropping");
    const carries = (event) => !this.form.hidden && event.dataTransfer?.types.includes("Files");
    let depth = 0;
    const count = (way) => (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      depth = Math.max(0, depth + way);
      sign.hidden = depth === 0;
    };
    zone.addEventListener("dragenter", count(1));
    zone.addEventListener("dragleave", count(-1));
    zone.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
    zone.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      depth = 0;
      sign.hidden = true;
      this.add(event.dataTransfer.files);
    });
  }

  /** Take in files; what cannot be sent is said at once. */
  async add(files) {
    const list = [...files].slice(0, MOST - this.items.length);
    if (list.length < files.length) this.say(this.words.tooMany.replace("{n}", String(MOST)));
    for (const file of list) {
      const wrong = this.wrong(file);
      if (wrong) this.say(`${file.name}: ${wrong}`);
      else this.items.push(await staged(file));
    }
    this.draw();
    this.composer.field.focus({ preventScroll: true });
  }

  wrong(file) {
    if (!file.size) return this.words.empty;
    if (file.size > this.settings.files.size) return this.words.tooLarge;
    return file.type === "image/svg+xml" || file.type === "text/html" ? this.words.kinds : "";
  }

  say(text) {
    this.onRefused?.(text);
  }

  draw() {
    this.box.hidden = !this.items.length;
    this.box.replaceChildren(...this.items.map((item) => this.card(item)));
    this.onChange?.();
  }

  card(item) {
    const card = element("li", "tray-item");
    const { media, kind } = item;
    if (kind === "image") {
      const image = element("img", "");
      image.src = media.url;
      image.alt = media.name;
      card.append(image);
    } else {
      card.append(element("b", "cut", media.name), element("small", "", this.parts.size(media.size)));
    }
    const remove = this.parts.button("x", this.words.remove.replace("{name}", media.name));
    remove.addEventListener("click", () => this.remove(item));
    card.append(remove);
    return card;
  }

  remove(item) {
    URL.revokeObjectURL(item.media.url);
    this.items = this.items.filter((one) => one !== item);
    this.draw();
    (this.box.querySelector("button") ?? this.composer.field).focus();
  }

  /** Everything in it, which leaves it empty. */
  take() {
    const taken = this.items;
    this.items = [];
    this.draw();
    return taken;
  }
}

/** {kind, file, media}: a message's file as it looks before the server has seen it. */
export async function staged(file) {
  const name = file.name || "photo.png";
  const media = { url: URL.createObjectURL(file), name, size: file.size, type: file.type };
  if (!PHOTO.test(file.type)) return { kind: "file", file, media };
  try {
    const { width, height, close } = await measured(file);
    close();
    return { kind: "image", file, media: { ...media, thumb: media.url, width, height } };
  } catch {
    return { kind: "file", file, media }; // no browser can show it; the server says what is wrong with it
  }
}

async function measured(file) {
  const picture = await createImageBitmap(file);
  return { width: picture.width, height: picture.height, close: () => picture.close() };
}
