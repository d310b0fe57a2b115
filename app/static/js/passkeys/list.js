// The list of passkeys: adding is offered where the browser can, and its safe learns which keys still open the account.
import { possible } from "./words.js";

const add = document.getElementById("add");
const here = possible(add);
(here ? add : document.getElementById("no-passkeys")).hidden = false;

if (here) {
  const { domain, person, keys } = add.dataset;
  const accepted = { rpId: domain, userId: person, allAcceptedCredentialIds: keys.split(" ").filter(Boolean) };
  PublicKeyCredential.signalAllAcceptedCredentials?.(accepted).catch(() => {});
}
