// The line above the log that says when there is no way to the server.
const BLINK = 1500; // ms: a shorter loss is not worth a word

export class Connection {
  constructor(wire, words, { back }) {
    this.wire = wire;
    this.words = words;
    this.box = document.getElementById("connection");
    wire.socket.on("connect", () => {
      clearTimeout(this.timer);
      this.say("");
      back();
    });
    wire.socket.on("disconnect", () => this.lost());
    wire.socket.on("connect_error", ({ message }) => this.failed(message));
  }

  say(text) {
    this.box.textContent = text;
    this.box.hidden = !text;
  }

  /** Counts down how long the server asked us to wait; 0 ends it. */
  pause(seconds) {
    clearInterval(this.counting);
    if (this.counting) this.say("");
    this.counting = null;
    if (!seconds) return;
    const until = Date.now() + seconds * 1000;
    const count = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) return this.pause(0);
      this.say(this.words.tooFast.replace("{n}", left));
    };
    this.counting = setInterval(count, 1000);
    count();
  }

  failed(message) {
    if (message === "read_only") return; // an owner looks: the page says so itself
    if (message === "unauthorized" || message === "blocked") this.say(this.words.signedOut);
    else this.lost();
  }

  lost() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => !this.wire.connected && this.say(this.words.offline), BLINK);
  }
}
