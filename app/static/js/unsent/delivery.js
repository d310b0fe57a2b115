// Sends what is kept, one conversation after another and each in its order. Needs `kept`; no import and no export either.
//
// A message keeps its nonce until the server has acknowledged it, so however often it is tried it is stored once.
self.delivery = (() => {
  // Not the message's fault: it waits for the network, for its person to be let in again, for a calmer minute, for
  // the end of «view as» on this browser.
  const LATER = new Set(["too_many", "unauthorized", "blocked", "csrf", "storage_down", "read_only"]);
  const SLOW = 8; // bytes in a millisecond: the slowest line on which a file is not given up

  const TOO_LARGE = { code: "too_large", text: "" }; // a proxy on the way says so with a page of its own

  class Refused extends Error {
    constructor({ text, code, retry_after }) {
      super(text);
      Object.assign(this, { code, retryAfter: retry_after });
    }
  }

  const locked = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());

  /** `send(item)` resolves with the stored message. Throws when the rest has to wait; of several pages one does this. */
  function deliver(person, conversation, send) {
    return locked(`otklik.unsent.${conversation}`, async () => {
      for (let item; (item = await kept.next(person, conversation)); ) await one(item, send);
    });
  }

  async function one(item, send) {
    try {
      await readable(item);
      await kept.remove(item.nonce, await send(item));
    } catch (error) {
      if (!(error instanceof Refused) || LATER.has(error.code)) throw error;
      await kept.change(item, { error: error.message, code: error.code });
    }
  }

  /** A file that is no more on the device looks like a line that is down, and would be tried for ever. */
  async function readable({ file }) {
    const gone = () => Promise.reject(new Refused({ code: "unreadable", text: "" }));
    await file?.slice(0, 1).arrayBuffer().catch(gone);
  }

  /** Everything the signed-in person has to send, but what an open chat page at `here` sends itself. */
  async function deliverAll(here = "") {
    const session = await whoIsIn();
    const items = (await kept.of(session.person)).filter((item) => !item.code && item.address !== here);
    for (const conversation of new Set(items.map((item) => item.conversation))) {
      await deliver(session.person, conversation, (item) => post(item, session.csrf));
    }
  }

  /** Asks the browser to wake the service worker once there is a network, though every page is closed by then. */
  async function wakeUp() {
    const registration = await navigator.serviceWorker?.getRegistration();
    registration?.sync?.register("unsent").catch(() => {}); // where it is not allowed the next page sends
  }

  async function whoIsIn() {
    return answerOf(await fetch("/api/session", { headers: { Accept: "application/json" }, cache: "no-store" }));
  }

  async function post(item, csrf) {
    const { headers, body } = packed(item);
    const response = await fetch(`${item.address}/messages`, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrf, ...headers },
      body,
      signal: AbortSignal.timeout(10000 + (item.file ? item.file.size / SLOW : 0)),
    });
    return (await answerOf(response)).message;
  }

  function packed({ nonce, kind, body, reply_to, file, media }) {
    if (!file) {
      const plain = { nonce, kind: "text", body, reply_to: reply_to?.id };
      return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(plain) };
    }
    const form = new FormData();
    form.append("nonce", nonce);
    form.append("kind", kind);
    form.append("body", body);
    if (reply_to) form.append("reply_to", reply_to.id);
    form.append("file", file, media.name);
    return { headers: {}, body: form };
  }

  async function answerOf(response) {
    if (response.status >= 500) throw new Error(`status ${response.status}`);
    const answer = await response.json().catch((error) => {
      throw response.status === 413 ? new Refused(TOO_LARGE) : error;
    });
    if (!answer.ok) throw new Refused(answer.error);
    return answer;
  }

  return { deliver, deliverAll, post, wakeUp, whoIsIn, Refused, TOO_LARGE };
})();
