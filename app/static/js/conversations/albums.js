// Photos sent one after another stand together as one album. app/talk.py groups the very same way.
const APART = 60_000; // ms, as app/talk.py ALBUM

/** The lines in runs: the photos of an album, every other line alone. ``splits(a, b)``: something stands between them. */
export function runs(lines, splits) {
  const found = [];
  for (const line of lines) {
    const last = found.at(-1)?.at(-1);
    if (last && joins(last, line) && !splits(last, line)) found.at(-1).push(line);
    else found.push([line]);
  }
  return found;
}

/** Words stand under the last photo of what was sent together, so they end it. */
function joins(last, line) {
  return isPhoto(last) && isPhoto(line) && !last.body && last.sender === line.sender && moment(line) - moment(last) <= APART;
}

const isPhoto = (line) => line.kind === "image" && line.media && !line.deleted && !line.code && !line.reply_to;
const moment = (line) => Date.parse(line.created_at ?? line.at);

/** Rows of three; what is left over stands larger above them. Of a run, as _log.html. */
export const shape = (run) => `album odd-${(run.length - (run.at(-1).body ? 1 : 0)) % 3}`;
