// What calls somebody back to a tab in the background: a soft sound and the number in its title. Either can be off.
const TITLE = document.title;
const NOTES = [660, 880]; // Hz

export class Attention {
  constructor() {
    this.missed = 0;
    this.switches = [...document.querySelectorAll("[data-attention]")];
    for (const button of this.switches) button.addEventListener("click", () => this.turn(button.dataset.attention));
    document.addEventListener("visibilitychange", () => this.looked());
    this.show();
  }

  /** A message of somebody else has come, into whichever conversation. */
  came() {
    if (document.visibilityState === "visible" && document.hasFocus()) return;
    this.missed += 1;
    this.count();
    if (this.on("sound")) this.play();
  }

  looked() {
    if (document.visibilityState !== "visible") return;
    this.missed = 0;
    this.count();
  }

  count() {
    const said = this.missed && this.on("title");
    document.title = said ? `(${this.missed > 99 ? "99+" : this.missed}) ${TITLE}` : TITLE;
  }

  on(what) {
    try {
      return localStorage.getItem(`otklik.attention.${what}`) !== "off";
    } catch {
      return true;
    }
  }

  turn(what) {
    try {
      localStorage.setItem(`otklik.attention.${what}`, this.on(what) ? "off" : "on");
    } catch {
      // Without storage it stays on.
    }
    this.show();
    this.count();
    if (what === "sound" && this.on("sound")) this.play(); // so that one knows what it is
  }

  show() {
    for (const button of this.switches) button.setAttribute("aria-checked", String(this.on(button.dataset.attention)));
  }

  /** Two short notes; made here, so that nothing has to be loaded. A browser may refuse until the page was touched. */
  play() {
    try {
      this.audio ??= new AudioContext();
      NOTES.forEach((pitch, n) => this.note(pitch, this.audio.currentTime + n * 0.12));
    } catch {
      // No sound on this machine.
    }
  }

  note(pitch, at) {
    const tone = this.audio.createOscillator(), loudness = this.audio.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.08, at);
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
    tone.connect(loudness).connect(this.audio.destination);
    tone.start(at);
    tone.stop(at + 0.25);
  }
}
