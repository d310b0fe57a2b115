// Text with its http and https addresses as links: text nodes and elements only. The same rule as services/texts.py parts().
const LINK = /https?:\/\/[^\s<>"']+/gi;
const TAIL = /[.,;:!?)\]}»”…]+$/;

export function parts(text) {
  const pieces = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    const address = found[0].replace(TAIL, "");
    if (address.endsWith("//")) continue;
    if (found.index > at) pieces.push([text.slice(at, found.index), null]);
    pieces.push([address, address]);
    at = found.index + address.length;
  }
  if (at < text.length) pieces.push([text.slice(at), null]);
  return pieces;
}

export function linked(text) {
  const fragment = document.createDocumentFragment();
  for (const [words, address] of parts(text)) fragment.append(address ? link(words, address) : words);
  return fragment;
}

function link(words, address) {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.rel = "noopener nofollow";
  anchor.target = "_blank";
  anchor.textContent = words;
  return anchor;
}
