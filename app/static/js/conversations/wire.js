// One way to ask the server, two roads: the socket, and plain requests while it is down.
import { live } from "../live.js";

export class Refused extends Error {
  constructor(error) {
    super(error.text);
    this.code = error.code;
  }
}

export class Wire {
  constructor({ me, base, csrf, conversation }) {
    Object.assign(this, { base, csrf, conversation });
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
  async send({ nonce, body }, conversation = this.conversation) {
    const payload = { conversation, nonce, kind: "text", body };
    if (this.connected) {
      try {
        return judge(await this.socket.timeout(6000).emitWithAck("message:send", payload)).message;
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
    }
    const address = this.base.replace(this.conversation, conversation);
    return (await this.request(`${address}/messages`, { method: "POST", body: JSON.stringify(payload) })).message;
  }

  async since(seq) {
    if (this.connected) {
      try {
        const payload = { conversation: this.conversation, since: seq };
        return judge(await this.socket.timeout(6000).emitWithAck("conversation:sync", payload));
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
    }
    return this.request(`${this.base}/messages?since=${seq}`);
  }

  before(seq) {
    return this.request(`${this.base}/messages?before=${seq}`);
  }

  async read(seq) {
    if (this.connected) return this.socket.emit("message:read", { conversation: this.conversation, seq });
    return this.request(`${this.base}/read`, { method: "POST", body: JSON.stringify({ seq }) });
  }

  typing() {
    if (this.connected) this.socket.volatile.emit("typing", { conversation: this.conversation });
  }

  post(address) {
    return this.request(address, { method: "POST", body: "{}" });
  }

  async request(address, options = {}) {
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
