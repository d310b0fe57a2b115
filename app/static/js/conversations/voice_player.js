// One recording plays at a time, in whichever bubble it was begun. A bubble drawn anew takes its place back.
const SPEEDS = [1, 1.5, 2];
const KEY = "otklik.voice.speed";

export class Player {
  constructor(words) {
    this.words = words;
    this.audio = new Audio();
    this.audio.preload = "metadata";
    this.view = null;
    this.speed = remembered();
    for (const event of ["play", "pause", "timeupdate", "seeked"]) this.audio.addEventListener(event, () => this.tell());
    this.audio.addEventListener("ended", () => this.ended());
    this.audio.addEventListener("error", () => this.view?.say(this.words.cannotPlay));
  }

  get key() {
    return this.view?.media.id ?? this.view?.media.url;
  }

  adopt(view) {
    if (!this.view || (view.media.id ?? view.media.url) !== this.key) return;
    this.view = view;
    this.tell();
  }

  toggle(view) {
    if (!this.take(view)) return;
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  play() {
    this.audio.playbackRate = this.speed;
    this.audio.play().catch((error) => error.name === "AbortError" || this.view?.say(this.words.cannotPlay));
  }

  /** Make this the recording that plays; whether this device can play it. */
  take(view) {
    if (!view.media.playable && !this.audio.canPlayType(view.media.type)) {
      view.say(this.words.preparing);
      return false;
    }
    view.say("");
    if ((view.media.id ?? view.media.url) !== this.key) {
      this.audio.pause();
      this.view?.show({ playing: false, share: 0 });
      this.view = view;
      this.audio.src = view.media.url;
    }
    this.view = view;
    return true;
  }

  seek(view, share) {
    if (!this.take(view)) return;
    this.audio.currentTime = share * this.total;
    view.show({ playing: !this.audio.paused, share });
  }

  /** Browsers do not know how long a live recording is; the server does. */
  get total() {
    return this.view?.media.seconds || (Number.isFinite(this.audio.duration) ? this.audio.duration : 0);
  }

  faster(view) {
    this.speed = SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length];
    this.audio.playbackRate = this.speed;
    try {
      localStorage.setItem(KEY, String(this.speed));
    } catch {
      // Without storage the speed holds for this page.
    }
    view.show({ playing: view === this.view && !this.audio.paused, share: view === this.view ? this.share : 0 });
  }

  get share() {
    return this.total ? Math.min(1, this.audio.currentTime / this.total) : 0;
  }

  ended() {
    this.audio.currentTime = 0;
    this.view?.show({ playing: false, share: 0 });
  }

  tell() {
    this.view?.show({ playing: !this.audio.paused, share: this.share });
  }

  stop() {
    this.audio.pause();
  }
}

function remembered() {
  try {
    const speed = Number(localStorage.getItem(KEY));
    return SPEEDS.includes(speed) ? speed : 1;
  } catch {
    return 1;
  }
}
