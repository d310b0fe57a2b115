// The page that makes a passkey: the device makes it, the form brings it.
import { toast } from "../toast.js";
import { Refused, options, possible, send } from "./words.js";

const form = document.getElementById("passkey");

function why(error) {
  if (error instanceof Refused) return error.message;
  return error.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  try {
    if (!possible(form)) throw new Refused(form.dataset.failed);
    send(form, await navigator.credentials.create({ publicKey: await options(form) }));
  } catch (error) {
    button.removeAttribute("aria-busy");
    toast(why(error), { kind: "bad" });
  }
});
