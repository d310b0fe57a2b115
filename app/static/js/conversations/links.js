// Text with its addresses and phone numbers as links: text nodes and elements only. The same rules as services/texts.py.
const LINK = new RegExp(
  "(?<![\\p{L}\\p{N}_@+])(?:" +
    "(?<web>(?:https?://|www\\.)[^\\s<>\"'`]+)" +
    "|(?<mail>[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\\.[a-z0-9-]+)+)" +
    "|(?<phone>\\+[0-9][0-9 \\u00a0().-]{7,18}[0-9](?![0-9])" +
    "|8[ -]?\\(?[0-9]{3}\\)?[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}(?![0-9])))",
  "giu",
);
const HOST = /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*(?::[0-9]+)?$/u; // nothing that could pass for another host
const TAIL = ".,;:!?»”…*";
const BRACKETS = { ")": "(", "]": "[", "}": "{" };

export function parts(text) {
  const pieces = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    const words = found.groups.web ? withoutTail(found[0]) : found[0];
    const address = addressOf(found.groups, words);
    if (!address) continue;
    if (found.index > at) pieces.push([text.slice(at, found.index), null]);
    pieces.push([words, address]);
    at = found.index + words.length;
  }
  if (at < text.length) pieces.push([text.slice(at), null]);
  return pieces;
}

function withoutTail(address) {
  const count = (mark) => address.split(mark).length;
  for (;;) {
    const last = address.at(-1);
    if (!TAIL.includes(last) && !(last in BRACKETS && count(last) > count(BRACKETS[last]))) return address;
    address = address.slice(0, -1);
  }
}

function addressOf({ mail, phone }, words) {
  if (mail) return `mailto:${words}`;
  if (phone) return tel(words.replace(/[^0-9]/g, ""), words.startsWith("+"));
  const address = words.includes("://") ? words : `https://${words}`;
  const host = address.slice(address.indexOf("://") + 3).split(/[/?#]/, 1)[0];
  return HOST.test(host) ? address : null;
}

function tel(digits, international) {
  if (!international) return `tel:+7${digits.slice(1)}`;
  return digits.length >= 9 && digits.length <= 15 ? `tel:+${digits}` : null;
}

export function linked(text) {
  const fragment = document.createDocumentFragment();
  for (const [words, address] of parts(text)) fragment.append(address ? link(words, address) : words);
  return fragment;
}

function link(words, address) {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.rel = "noopener noreferrer nofollow ugc";
  if (address.startsWith("http")) anchor.target = "_blank";
  anchor.textContent = words;
  return anchor;
}
