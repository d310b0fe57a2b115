// Sends one file with its progress. fetch cannot tell how much has left; XMLHttpRequest can.

const SILENCE = 60000; // ms without a byte moving

/** Resolves with what the server answers, be it a refusal; throws when it was not reached or is not well. */
export function upload(item, address, csrf) {
  const form = new FormData();
  form.append("nonce", item.nonce);
  form.append("kind", item.kind);
  form.append("body", item.body ?? "");
  if (item.reply_to) form.append("reply_to", item.reply_to.id);
  form.append("file", item.file, item.media.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrf);
    let silent = setTimeout(() => request.abort(), SILENCE);
    request.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(silent);
      silent = setTimeout(() => request.abort(), SILENCE);
      item.moved?.(total ? loaded / total : 0);
    };
    request.onloadend = () => {
      clearTimeout(silent);
      item.abort = null;
    };
    request.onload = () => settle(request, resolve, reject);
    request.onerror = () => reject(new Error("not reached"));
    request.onabort = () => reject(new Error("aborted"));
    item.abort = () => request.abort();
    request.send(form);
  });
}

function settle(request, resolve, reject) {
  let answer;
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    if (request.status === 413) return resolve({ ok: false, error: self.delivery.TOO_LARGE });
    return reject(new Error(`status ${request.status}`));
  }
  const unwell = request.status >= 500 && request.status !== 507; // a full disk is an answer
  return unwell ? reject(new Error(`status ${request.status}`)) : resolve(answer);
}
