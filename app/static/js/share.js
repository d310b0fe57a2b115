// What another app shared waits in this browser (worker/share.js); here it gets its conversation and joins the queue.
import "./unsent/kept.js";
import { newNonce } from "./conversations/nonces.js";
import { staged } from "./conversations/media_tray.js";

const { kept } = self;
const form = document.getElementById("sharing");
const field = document.getElementById("shared-text");
const id = new URLSearchParams(location.search).get("id");
const { person } = document.body.dataset;
const shared = form && id && (await kept.shared(id).catch(() => null));

if (shared && (shared.person ?? person) === person) {
  await kept.share({ ...shared, person }); // from now on it goes with this person's session
  const files = await Promise.all(shared.files.map(staged));
  field.value = shared.text.slice(0, form.dataset.limit);
  document.getElementById("shared-files").replaceChildren(...files.map(card));
  form.hidden = false;
  form.nextElementSibling.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    send(files).finally(() => delete form.dataset.sent);
  });
}

function card({ kind, media }) {
  const item = document.createElement("li");
  if (kind !== "image") {
    item.textContent = media.name;
    return item;
  }
  const image = document.createElement("img");
  image.src = media.url;
  image.alt = media.name;
  item.append(image);
  return item;
}

async function send(files) {
  const { value: conversation, dataset } = form.elements.talk.value ? form.querySelector("input:checked") : {};
  const body = field.value.trim();
  const items = files.map((file, n) => ({ ...file, body: n === files.length - 1 ? body : "" })); // as the composer does
  if (!items.length && !body) return field.focus();
  if (!items.length) items.push({ body });
  const about = { person, conversation, address: dataset.address, to: dataset.name };
  for (const item of items) {
    Object.assign(item, about, { nonce: newNonce(), at: new Date().toISOString() });
    await kept.add(item);
  }
  if (kept.fleeting()) return noRoom(items);
  await kept.dropShared((one) => one.id === id);
  location.assign(dataset.address);
}

/** This page is about to go, and with it what could not be written down: nothing is sent rather than a half of it. */
async function noRoom(items) {
  for (const { nonce } of items) await kept.remove(nonce);
  document.getElementById("no-room").hidden = false;
}
