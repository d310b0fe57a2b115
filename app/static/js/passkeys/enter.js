// Signing in with a passkey: a button, and passkeys among the names that the browser offers in the field of the e-mail.
import { toast } from "../toast.js";
import { Refused, options, possible, send } from "./words.js";

const form = document.getElementById("passkey");
const email = document.querySelector("input[autocomplete~=webauthn]");
const remember = document.querySelector("input[name=remember][type=checkbox]");
const OLD = 4 * 60 * 1000; // milliseconds; the server takes no answer to a challenge of more than ten minutes

let offer; // what stops the offer in the field: a browser can ask for one passkey at a time
let offered = 0;

function enter(credential) {
  if (remember?.checked) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "remember", value: "y" }));
  send(form, credential);
}

async function ask() {
  offer?.abort();
  const button = form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  try {
    enter(await navigator.credentials.get({ publicKey: await options(form) }));
  } catch (error) {
    button.removeAttribute("aria-busy");
    if (error.name !== "NotAllowedError") toast(error instanceof Refused ? error.message : form.dataset.failed, { kind: "bad" });
    offerInField(); // a closed window is a wish, not a failure
  }
}

async function offerInField() {
  offer?.abort();
  const mine = (offer = new AbortController());
  offered = Date.now();
  try {
    const publicKey = await options(form);
    if (!mine.signal.aborted) enter(await navigator.credentials.get({ publicKey, mediation: "conditional", signal: mine.signal }));
  } catch {
    // The button says what is wrong, when it is pressed.
  }
}

async function canOffer() {
  return email && (await PublicKeyCredential.isConditionalMediationAvailable?.());
}

if (form && possible(form)) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  if (await canOffer()) {
    offerInField();
    email.addEventListener("focus", () => Date.now() - offered > OLD && offerInField());
  }
}
