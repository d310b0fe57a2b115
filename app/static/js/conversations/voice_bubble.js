// A voice message in its bubble: play, a waveform to seek in, the time, how fast.
import { clock, element } from "./media.js";

const BARS = 48, STEP = 4, HEIGHT = 32;
const SVG = "http://www.w3.org/2000/svg";

export function voice(media, parts) {
  return new Voice(media, parts).box;
}

class Voice {
  constructor(media, parts) {
    Object.assign(this, { media, parts, player: parts.player, words: parts.words });
    this.box = element("div", "voice");
    this.play = parts.button("play", this.words.play);
    this.play.classList.add("play");
    this.play.addEventListener("click", () => this.player.toggle(this));
    this.wave = this.makeWave();
    this.time = element("span", "voice-time", clock(media.seconds ?? 0));
    this.speed = element("button", "speed");
    this.speed.type = "button";
    this.speed.addEventListener("click", () => this.player.faster(this));
    const side = element("span", "voice-side");
    side.append(this.wave, this.time);
    this.box.append(this.play, side, this.speed);
    this.note = element("small", "voice-note");
    this.note.setAttribute("role", "status");
    this.box.append(this.note);
    this.show({ playing: false, share: 0 });
    this.player.adopt(this);
  }

  makeWave() {
    const wave = document.createElementNS(SVG, "svg");
    wave.setAttribute("class", "wave");
    wave.setAttribute("viewBox", `0 0 ${BARS * STEP} ${HEIGHT}`);
    wave.setAttribute("preserveAspectRatio", "none");
    const told = { role: "slider", tabindex: "0", "aria-label": this.words.position, "aria-valuemin": "0", "aria-valuemax": "100" };
    for (const [name, value] of Object.entries(told)) wave.setAttribute(name, value);
    this.bars = squeezed(this.media.waveform, BARS).map((level, n) => wave.appendChild(bar(level, n)));
    wave.addEventListener("pointerdown", (event) => this.grab(event));
    wave.addEventListener("pointermove", (event) => wave.hasPointerCapture(event.pointerId) && this.seekTo(event));
    wave.addEventListener("keydown", (event) => this.pressed(event));
    return wave;
  }

  grab(event) {
    event.stopPropagation(); // or the finger would draw the whole message aside
    event.preventDefault();
    this.wave.setPointerCapture(event.pointerId);
    this.seekTo(event);
  }

  seekTo(event) {
    const { left, width } = this.wave.getBoundingClientRect();
    this.player.seek(this, Math.min(1, Math.max(0, (event.clientX - left) / width)));
  }

  pressed(event) {
    const step = { ArrowRight: 0.05, ArrowUp: 0.05, ArrowLeft: -0.05, ArrowDown: -0.05 }[event.key];
    const end = { Home: 0, End: 1 }[event.key];
    if (event.key === " " || event.key === "Enter") this.player.toggle(this);
    else if (step !== undefined) this.player.seek(this, Math.min(1, Math.max(0, this.share + step)));
    else if (end !== undefined) this.player.seek(this, end);
    else return;
    event.preventDefault();
  }

  /** What the player says of this recording. */
  show({ playing, share }) {
    this.share = share;
    const total = this.media.seconds ?? 0;
    if (this.playing !== playing) {
      this.playing = playing;
      this.play.replaceChildren(this.parts.icon(playing ? "pause" : "play"));
      this.play.setAttribute("aria-label", playing ? this.words.pause : this.words.play);
    }
    this.bars.forEach((one, n) => one.classList.toggle("p", share > 0 && (n + 0.5) / BARS <= share));
    this.time.textContent = clock(share > 0 ? share * total : total);
    this.wave.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    this.wave.setAttribute("aria-valuetext", `${clock(share * total)} / ${clock(total)}`);
    this.speed.replaceChildren(element("span", "", `${String(this.player.speed).replace(".", ",")}×`));
    this.speed.setAttribute("aria-label", this.words.speed.replace("{n}", String(this.player.speed)));
  }

  say(text) {
    this.note.textContent = text;
  }
}

function bar(level, n) {
  const height = Math.max(3, (level / 100) * HEIGHT);
  const made = document.createElementNS(SVG, "rect");
  const where = { x: n * STEP + 0.5, y: (HEIGHT - height) / 2, width: STEP - 1.5, height, rx: 1.2 };
  for (const [name, value] of Object.entries(where)) made.setAttribute(name, String(value));
  return made;
}

/** As many levels as there are bars; a flat line while nobody knows them. */
function squeezed(levels, count) {
  if (!levels?.length) return Array(count).fill(12);
  return Array.from({ length: count }, (_, n) => {
    const from = Math.floor((n * levels.length) / count), to = Math.max(from + 1, Math.floor(((n + 1) * levels.length) / count));
    return Math.max(...levels.slice(from, to));
  });
}
