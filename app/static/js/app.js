// The site as an app, on every page: its service worker, its number on the icon, the offer to install it.
import "./badge.js";
import "./install.js";
import { notePerson } from "./unsent/whose.js";

notePerson(document.body.dataset);

// Registering is asking whether there is a newer one: it takes over within this visit (worker/sw.js).
if ("serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {}));
}
