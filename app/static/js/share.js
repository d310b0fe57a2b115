// What another app shared waits in this browser (worker/share.js); here it gets its conversation and joins the queue.
import "./unsent/kept.js";
import { newNonce } from "./conversations/nonces.js";
import { staged } from "./conversations/media_tray.js";

const { kept } = self;
const form = document.getElementById("sharing");
const field = document.getElementById("shared-text");
const id = new URLSearchParams(location.search).get("id");
const shared = form && id && (await kept.shared(id));

if (shared) {
  const files = await Promise.all(shared.files.map(staged));
  field.value = shared.text.slice(0, form.dataset.limit);
  document.getElementById("shared-files").replaceChildren(...files.map(card));
  form.hidden = false;
  form.nextElementSibling.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(files);
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
  const about = { person: document.body.dataset.person, conversation, address: dataset.address };
  for (const item of items) await kept.add({ ...item, ...about, nonce: newNonce(), at: new Date().toISOString() });
  await kept.forgetShared(id);
  location.assign(dataset.address);
}
