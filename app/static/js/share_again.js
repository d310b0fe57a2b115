// «Share» was faster than the service worker. Words are kept as the worker would have done; a file has to come once more.
import "./unsent/kept.js";
import { newNonce } from "./conversations/nonces.js";

const box = document.getElementById("share-again");
const { text, files } = box.dataset;

if (files === undefined && text) {
  const id = newNonce();
  await self.kept.share({ id, text, files: [], at: Date.now() });
  location.replace(`/share?id=${id}`);
} else if (files !== undefined) {
  await navigator.serviceWorker?.ready; // js/app.js registers it
  box.querySelector("[data-wait]").hidden = true;
  box.querySelector("[data-ready]").hidden = false;
}
