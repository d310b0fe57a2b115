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
