// Messages that have not been acknowledged yet, kept in localStorage so that neither a reload nor a restart loses one.
const PREFIX = "otklik.outbox";

export class Outbox {
  constructor(me, conversation) {
    this.key = `${PREFIX}.${me}.${conversation}`;
  }

  all() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  add(item) {
    if (item.file) return; // bytes do not fit here; they wait in this page's memory
    this.write([...this.all().filter((one) => one.nonce !== item.nonce), item]);
  }

  remove(nonce) {
    this.write(this.all().filter((item) => item.nonce !== nonce));
  }

  write(items) {
    try {
      if (items.length) localStorage.setItem(this.key, JSON.stringify(items));
      else localStorage.removeItem(this.key);
    } catch {
      // A full or forbidden storage: the message still lives in this page's memory.
    }
  }

  /** Outboxes of this person's other conversations that still hold something. */
  static others(me, conversation) {
    const mine = `${PREFIX}.${me}.`;
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(mine) && key !== mine + conversation)
      .map((key) => [key.slice(mine.length), new Outbox(me, key.slice(mine.length))]);
  }
}

export function newNonce() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // plain http on a local network has no randomUUID
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
