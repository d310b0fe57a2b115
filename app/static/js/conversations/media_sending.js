// Photos, files and voice from the composer into the log: what is chosen here, goes out by the sender like any message.
import { newNonce } from "./nonces.js";
import { toast } from "../toast.js";
import { Tray } from "./media_tray.js";
import { Recorder } from "./voice_recorder.js";

const COPY = 4000; // ms
const REFUSED = { kind: "bad", seconds: 8 };

export function sendFiles(form, { settings, attachments: parts, composer, quoting, log, store }, queue) {
  const tray = new Tray(form, settings, parts, composer);
  const mic = document.getElementById("mic");
  const send = form.querySelector(".go");
  const recorder = settings.files.voice && Recorder.possible() ? new Recorder(form, settings, parts, (item) => put(item)) : null;
  const busy = () => Boolean(composer.field.value.trim() || tray.items.length || !composer.keeps);

  function put(staged, body = "", reply_to = quoting.taken()) {
    const item = { ...staged, nonce: newNonce(), body, reply_to, at: new Date().toISOString() };
    item.moved = (share) => {
      item.progress = share;
      const bar = log.nodes.get(item.nonce)?.querySelector("progress");
      if (bar) bar.value = share;
    };
    queue(item);
  }

  function buttons() {
    if (!recorder) return;
    mic.hidden = busy();
    send.hidden = !busy();
  }

  form.addEventListener("submit", (event) => {
    if (!tray.items.length) return;
    const text = composer.field.value.trim();
    event.preventDefault();
    if (text.length > settings.limit) return;
    event.stopImmediatePropagation();
    const items = tray.take();
    composer.put("");
    items.forEach((item, n) => put(item, n === items.length - 1 ? text : "")); // the words stand under the last one
  }, { capture: true });

  tray.onRefused = (text) => toast(text, REFUSED);
  tray.onChange = buttons;
  composer.onChange = buttons;
  if (recorder) {
    recorder.onRefused = (text) => toast(text, REFUSED);
    recorder.onStart = () => parts.player.stop();
    composer.onClosed = () => recorder.review(); // nobody is recorded for a conversation that is over
  }
  buttons();
}

/** A recording is ready for every device a few seconds later: pages without that news from the socket ask for it. */
export function awaitCopies(store, catchUp) {
  const waits = () => store.sorted.some((line) => line.kind === "voice" && line.media && !line.media.playable && recent(line));
  setInterval(() => document.visibilityState === "visible" && waits() && catchUp.run(), COPY);
}

const recent = (line) => Date.now() - Date.parse(line.created_at) < 120000;
