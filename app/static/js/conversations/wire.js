// One way to ask the server, two roads: the socket, and plain requests while it is down.
import { live } from "../live.js";
import { upload } from "./media_upload.js";
import "../unsent/kept.js";
import "../unsent/delivery.js";

export const { Refused } = self.delivery;

export class Wire {
  constructor({ me, base, csrf, conversation }) {
    Object.assign(this, { me, base, csrf, conversation });
    this.socket = live(me);
  }

  get connected() {
    return this.socket.connected;
  }

  on(event, heard) {
    this.socket.on(event, (payload) => {
      if (payload?.conversation === this.conversation) heard(payload);
    });
  }

  /** Resolves with the stored message; throws Refused when the server says no, anything else when it was not reached. */
  async send(item) {
    const { nonce, body, reply_to } = item;
    const payload = { conversation: this.conversation, nonce, kind: "text", body, reply_to: reply_to?.id };
    const address = `${this.base}/messages`;
    if (item.file) return (await this.renewed(async () => judge(await upload(item, address, this.csrf)))).message;
    return (await this.ask("message:send", payload, () => this.post(address, payload))).message;
  }

  since(seq, changes) {
    const payload = { conversation: this.conversation, since: seq, changes };
    return this.ask("conversation:sync", payload, () => this.history({ since: seq, changes }));
  }

  /** Another page of the log: {before: seq}, {around: seq}, {since: seq}, or the newest one. */
  history(which = {}) {
    return this.request(`${this.base}/messages?${new URLSearchParams(which)}`);
  }

  search(text) {
    return this.request(`${this.base}/search?${new URLSearchParams({ q: text })}`);
  }

  edit({ id }, body) {
    const plainly = () => this.post(`${this.base}/messages/${id}/edit`, { body });
    return this.ask("message:edit", { message: id, body }, plainly);
  }

  delete({ id }) {
    return this.ask("message:delete", { message: id }, () => this.post(`${this.base}/messages/${id}/delete`));
  }

  /** By the socket; and ``plainly``, by a request, when that does not answer. */
  async ask(event, payload, plainly) {
    if (this.connected) {
      try {
        return judge(await this.socket.timeout(6000).emitWithAck(event, payload));
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
    }
    return plainly();
  }

  async read(seq) {
    if (this.connected) return this.socket.emit("message:read", { conversation: this.conversation, seq });
    return this.post(`${this.base}/read`, { seq });
  }

  typing() {
    if (this.connected) this.socket.volatile.emit("typing", { conversation: this.conversation });
  }

  post(address, data = {}) {
    return this.request(address, { method: "POST", body: JSON.stringify(data) });
  }

  /** A page left open for days may outlive its token: then it takes a new one, if it is still its person's browser. */
  async renewed(ask) {
    try {
      return await ask();
    } catch (error) {
      if (error.code !== "csrf") throw error;
    }
    const { person, csrf } = await self.delivery.whoIsIn();
    if (person !== this.me) throw new Refused({ code: "unauthorized", text: "" });
    this.csrf = csrf;
    return ask();
  }

  request(address, options = {}) {
    return this.renewed(() => this.once(address, options));
  }

  async once(address, options) {
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.csrf };
    const response = await fetch(address, { ...options, headers, signal: AbortSignal.timeout(10000) });
    if (response.status >= 500) throw new Error(`status ${response.status}`);
    return judge(await response.json());
  }
}

function judge(answer) {
  if (!answer.ok) throw new Refused(answer.error);
  return answer;
}
