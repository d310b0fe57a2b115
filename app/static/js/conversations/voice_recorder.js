// Holding or tapping the microphone records; let go sends, a tap leaves both hands free, a slide to the left forgets it.
import { clock, element } from "./media.js";
import { voice } from "./voice_bubble.js";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/ogg;codecs=opus"];
const HOLD = 350; // ms that tell a press from a tap
const SLIDE = 90; // px to the left that mean «forget it»
const SHORTEST = 0.6; // seconds; less was a slip of the finger
const BARS = 40;

export class Recorder {
  constructor(form, settings, parts, send) {
    Object.assign(this, { form, settings, parts, send, words: parts.words });
    this.button = document.getElementById("mic");
    this.panel = document.getElementById("recording");
    this.button.addEventListener("pointerdown", (event) => this.down(event));
    this.button.addEventListener("pointermove", (event) => this.moved(event));
    this.button.addEventListener("pointerup", () => this.up());
    this.button.addEventListener("pointercancel", () => this.up());
    this.button.addEventListener("click", (event) => event.detail === 0 && this.begin()); // the keyboard's press
    this.button.addEventListener("contextmenu", (event) => event.preventDefault());
    addEventListener("pagehide", () => this.cancel());
  }

  static possible() {
    return Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
  }

  down(event) {
    if (event.button) return;
    this.button.setPointerCapture(event.pointerId);
    this.pressed = { at: Date.now(), x: event.clientX };
    this.begin();
  }

  moved(event) {
    if (!this.pressed || !this.live) return;
    const way = Math.min(0, event.clientX - this.pressed.x);
    this.panel.classList.toggle("sliding", way < -20);
    if (way < -SLIDE) this.cancel();
  }

  up() {
    const held = this.pressed && Date.now() - this.pressed.at > HOLD;
    this.pressed = null;
    this.panel.classList.remove("held", "sliding");
    if (held && this.live) this.finish();
  }

  async begin() {
    if (this.live || this.opening) return;
    this.opening = true;
    try {
      this.start(await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } }));
    } catch (error) {
      this.onRefused?.(this.words[{ NotAllowedError: "micRefused", NotFoundError: "micMissing" }[error.name] ?? "micBroken"]);
    }
    this.opening = false;
  }

  start(stream) {
    if (this.form.hidden) return stream.getTracks().forEach((track) => track.stop()); // it ended while the browser asked
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, { ...(mimeType && { mimeType }), audioBitsPerSecond: 32000 });
    this.live = { stream, recorder, chunks: [], levels: [], at: performance.now(), meter: meter(stream) };
    recorder.addEventListener("dataavailable", ({ data }) => data.size && this.live?.chunks.push(data));
    recorder.start(1000);
    this.onStart?.();
    this.show();
    this.panel.classList.toggle("held", Boolean(this.pressed));
    this.ticking = setInterval(() => this.tick(), 100);
  }

  get seconds() {
    return (performance.now() - this.live.at) / 1000;
  }

  tick() {
    const { live } = this;
    const level = live.meter.level();
    live.levels.push(level);
    this.time.textContent = clock(Math.floor(this.seconds));
    const shown = live.levels.slice(-BARS);
    this.bars.forEach((bar, n) => bar.setAttribute("height", String(Math.max(2, (shown[n - BARS + shown.length] ?? 0) * 28))));
    this.bars.forEach((bar) => bar.setAttribute("y", String((28 - Number(bar.getAttribute("height"))) / 2)));
    if (this.seconds >= this.settings.files.seconds) this.review();
  }

  /** The panel that stands in the composer's place while one speaks. */
  show() {
    const wave = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    wave.setAttribute("class", "live-wave");
    wave.setAttribute("viewBox", `0 0 ${BARS * 4} 28`);
    wave.setAttribute("preserveAspectRatio", "none");
    wave.setAttribute("aria-hidden", "true");
    this.bars = Array.from({ length: BARS }, (_, n) => {
      const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      bar.setAttribute("x", String(n * 4 + 0.5));
      bar.setAttribute("width", "2.5");
      bar.setAttribute("rx", "1.2");
      return wave.appendChild(bar);
    });
    this.time = element("span", "recording-time", "0:00");
    this.time.setAttribute("role", "timer");
    const hint = element("span", "recording-hint", this.words.slide);
    const stop = this.act("stop", this.words.stop, () => this.review());
    stop.classList.add("stop");
    this.fill(this.act("trash", this.words.forget, () => this.cancel()), element("i", "recording-dot"), this.time, wave, hint, stop, this.go(() => this.finish()));
    if (!this.pressed) stop.focus();
  }

  fill(...parts) {
    this.panel.replaceChildren(...parts);
    this.panel.hidden = false;
    this.form.classList.add("recording-now");
  }

  act(icon, label, run) {
    const button = this.parts.button(icon, label);
    button.addEventListener("click", run);
    return button;
  }

  go(run) {
    const button = this.act("send", this.words.sendVoice, run);
    button.classList.add("go");
    return button;
  }

  /** Stops and keeps what was said: it can be listened to before it goes. */
  async review() {
    const item = await this.stopped();
    if (!item) return;
    const heard = voice(item.media, this.parts);
    this.fill(this.act("trash", this.words.forget, () => this.close(item)), heard, this.go(() => this.deliver(item)));
    heard.querySelector("button").focus();
  }

  async finish() {
    const item = await this.stopped();
    if (item) this.deliver(item);
  }

  deliver(item) {
    this.parts.player.stop();
    this.close();
    this.send(item);
  }

  /** The recording as a message's item; null when it was too short to be meant. */
  async stopped() {
    const { live } = this;
    if (!live) return null;
    const seconds = this.seconds;
    clearInterval(this.ticking);
    await new Promise((resolve) => {
      live.recorder.addEventListener("stop", resolve, { once: true });
      live.recorder.stop();
    });
    this.release();
    if (seconds < SHORTEST) {
      this.close();
      this.onRefused?.(this.words.tooShort);
      return null;
    }
    const type = (live.recorder.mimeType || live.chunks[0].type).split(";")[0];
    const file = new Blob(live.chunks, { type });
    const waveform = normalized(live.levels);
    return { kind: "voice", file, media: { url: URL.createObjectURL(file), name: "voice", type, size: file.size, seconds, waveform } };
  }

  release() {
    for (const track of this.live.stream.getTracks()) track.stop();
    this.live.meter.close();
    this.live = null;
  }

  cancel() {
    if (!this.live) return;
    clearInterval(this.ticking);
    this.live.recorder.stop();
    this.release();
    this.close();
  }

  close(item) {
    if (item) {
      this.parts.player.stop();
      URL.revokeObjectURL(item.media.url);
    }
    this.pressed = null;
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.form.classList.remove("recording-now");
    this.button.focus({ preventScroll: true });
  }
}

/** How loud it is right now, from 0 to 1. */
function meter(stream) {
  const context = new AudioContext();
  const ear = context.createAnalyser();
  ear.fftSize = 512;
  context.createMediaStreamSource(stream).connect(ear);
  const wave = new Uint8Array(ear.fftSize);
  return {
    level() {
      ear.getByteTimeDomainData(wave);
      return Math.min(1, (Math.max(...wave) - Math.min(...wave)) / 160);
    },
    close: () => context.close(),
  };
}

function normalized(levels) {
  const loudest = Math.max(0.1, ...levels);
  return levels.map((level) => Math.round((100 * level) / loudest));
}
