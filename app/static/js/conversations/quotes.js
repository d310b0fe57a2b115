// What is answered, in two lines: above an answer in the log and above the composer.
const LENGTH = 120; // as services/texts.py QUOTE_LENGTH

/** A message as the answers to it carry it. */
export function quoteOf(line) {
  const { id, seq, sender, kind, body, deleted } = line;
  return { id, seq, sender, kind, preview: preview(body), deleted };
}

function preview(text) {
  const line = [...text.trim().replace(/\s+/g, " ")];
  return line.length <= LENGTH ? line.join("") : `${line.slice(0, LENGTH - 1).join("")}…`;
}

export function quoteWords({ kind, preview, deleted }, words) {
  return deleted ? words.deleted : preview || words[kind] || "";
}

export function nameOf(sender, settings) {
  return sender === settings.me ? settings.words.me : (settings.staff[sender] ?? settings.words.name);
}

export function quote(quoted, settings) {
  const link = document.createElement("a");
  link.className = "quote";
  link.href = `?at=${quoted.seq}`;
  link.dataset.to = quoted.seq;
  const name = document.createElement("b");
  name.textContent = nameOf(quoted.sender, settings);
  const words = document.createElement("span");
  if (quoted.deleted) words.className = "gone";
  words.textContent = quoteWords(quoted, settings.words);
  link.append(name, words);
  return link;
}
