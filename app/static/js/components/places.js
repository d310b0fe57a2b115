// Tells an open page that the served places have changed: a realtor has registered in a new city, an owner has
// renamed one. Whoever shows places listens to «otklik:places» on the document and asks the server for them again.
import { live } from "../live.js";

const SPREAD = 1000; // milliseconds: many open pages do not ask all at once

let pending = 0;
let before = false;

function tell() {
  clearTimeout(pending);
  pending = setTimeout(() => document.dispatchEvent(new CustomEvent("otklik:places")), Math.random() * SPREAD);
}

const socket = live(document.body.dataset.person ?? "");
socket.on("places:changed", tell);
// Whoever was away has heard nothing.
socket.on("connect", () => {
  if (before) tell();
  before = true;
});
