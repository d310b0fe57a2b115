// What the pages of passkeys share: whether there are any here, and the two ways a key is written.

const supported = isSecureContext && "PublicKeyCredential" in window && "credentials" in navigator;

// Passkeys belong to the site's own address (data-origin); under another name of it there are none.
export const possible = (box) => supported && box.dataset.origin === location.origin;

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withId = (one) => ({ ...one, id: bytes(one.id) });

// Options as the browser wants them. (parseCreationOptionsFromJSON and its like are missing from many phones.)
export function readable(options) {
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = withId(options.user);
  if (options.excludeCredentials) read.excludeCredentials = options.excludeCredentials.map(withId);
  return read;
}

// A credential as the server reads it.
export function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  const { id, type } = credential;
  return JSON.stringify({ id, type, rawId: text(credential.rawId), response, clientExtensionResults: {} });
}

export class Refused extends Error {}

// Fresh options from the server; a Refused with its words when it says no.
export async function options(form) {
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
  });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.error.text);
  return readable(said.options);
}

export function send(form, credential) {
  form.elements.credential.value = written(credential);
  form.submit();
}
