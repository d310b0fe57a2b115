// What calls somebody back to a tab in the background: a soft sound and the number in its title. Either can be off.
import { live } from "./live.js";
import { flip, isOn } from "./switches.js";
import { count, say } from "./tab_title.js";

const NOTES = [660, 880]; // Hz
const TURN = 150; // ms that the tab which is looked at has to say so, before another one rings
const REST = 3000; // ms after a ring in which nothing more is heard: a burst is one
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

let missed = 0;
let audio = null;
let attending = false;

/** Every page of a person may ask; the first one counts. ``ours``: whether a sender is on the reader's own side. */
export function attend(me, ours = (person) => person === me) {
  if (attending) return;
  attending = true;
  live(me).on("message", ({ sender }) => sender && !ours(sender) && came());
  document.addEventListener("visibilitychange", looked);
  addEventListener("focus", looked);
  document.addEventListener("click", ({ target }) => turn(target.closest("[data-attention]")?.dataset.attention));
  document.addEventListener("toggle", show, true); // a menu may have been drawn anew since
  addEventListener("storage", show);
  show();
}

const watching = () => document.visibilityState === "visible" && document.hasFocus();

/** A message of somebody else has come, into whichever conversation. */
async function came() {
  if (!watching()) count("missed", (missed += 1));
  const silent = watching();
  if (!silent) await pause(TURN);
  await once(() => !silent && isOn("sound") && play());
}

/** Of all the tabs that hear of it one gets the turn: the one that is looked at, which is silent for all, or any. */
function once(ring) {
  if (!navigator.locks) return ring(); // only where the page is secure
  return navigator.locks.request("otklik.ring", { ifAvailable: true }, (turn) => turn && (ring(), pause(REST)));
}

function looked() {
  if (watching()) count("missed", (missed = 0));
}

function turn(name) {
  if (!name) return;
  flip(name);
  show();
  if (name === "sound" && isOn("sound")) play(); // so that one knows what it is
}

function show() {
  for (const button of document.querySelectorAll("[data-attention]")) {
    button.setAttribute("aria-checked", String(isOn(button.dataset.attention)));
  }
  say();
}

/** Two short notes; made here, so that nothing has to be loaded. A browser may refuse until the page was touched. */
function play() {
  try {
    audio ??= new AudioContext();
    NOTES.forEach((pitch, n) => note(pitch, audio.currentTime + n * 0.12));
  } catch {
    // No sound on this machine.
  }
}

function note(pitch, at) {
  const tone = audio.createOscillator(), loudness = audio.createGain();
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.08, at);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
  tone.connect(loudness).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.25);
}
