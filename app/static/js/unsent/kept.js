// Messages on their way out, kept in IndexedDB so that neither a reload nor a closed browser loses one.
// No import and no export: pages read this as a module, the service worker by importScripts. Both find `kept`.
//
// An item: {order, nonce, person, conversation, address, kind?, body, reply_to?, file?, media?, at, error?, code?};
// `address` is the conversation's page, `order` is given here, `error` says in words why the server refused it.
// It belongs to the account that wrote it: whoever else signs in on this browser never sends it.
self.kept = (() => {
  const QUEUE = "unsent", SHARED = "shared";
  const NAMES = ["order", "nonce", "person", "conversation", "address", "kind", "body", "reply_to", "file", "media", "at"];
  const memory = []; // where a browser keeps nothing (private windows, a full disk): at least this page does
  const news = new BroadcastChannel("otklik.unsent");
  let database = null;

  function open() {
    database ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open("otklik", 1);
      asked.onupgradeneeded = () => build(asked.result);
      asked.onerror = () => reject(asked.error);
      asked.onsuccess = () => {
        const forget = () => (database = null);
        asked.result.onclose = forget;
        asked.result.onversionchange = () => forget() ?? asked.result.close();
        resolve(asked.result);
      };
    }).catch((error) => {
      database = null;
      throw error;
    });
    return database;
  }

  function build(made) {
    const queue = made.createObjectStore(QUEUE, { keyPath: "order", autoIncrement: true });
    queue.createIndex("nonce", "nonce", { unique: true });
    queue.createIndex("person", "person");
    made.createObjectStore(SHARED, { keyPath: "id" }); // what another app gave us; see worker/share.js
  }

  /** Runs `work(store)`, which may return a request, in one transaction; resolves with its result when it is on disk. */
  async function run(mode, work, name = QUEUE) {
    const transaction = (await open()).transaction(name, mode);
    return new Promise((resolve, reject) => {
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }

  /** Without what only the page needs that shows it. */
  function plain(item) {
    const names = [...NAMES, "error", "code"].filter((name) => item[name] != null);
    return Object.fromEntries(names.map((name) => [name, item[name]]));
  }

  const tell = (what, item, more = {}) => news.postMessage({ what, item: plain(item), ...more });

  async function add(item) {
    try {
      item.order = await run("readwrite", (queue) => queue.add(plain(item)));
    } catch {
      memory.push(item);
    }
    tell("added", item);
  }

  /** What one person still has to send, in the order it was written. */
  async function of(person) {
    const stored = await run("readonly", (queue) => queue.index("person").getAll(person)).catch(() => []);
    return [...stored, ...memory.filter((item) => item.person === person)];
  }

  async function next(person, conversation) {
    return (await of(person)).find((item) => item.conversation === conversation && !item.error);
  }

  async function change(item, values) {
    const changed = Object.assign(item, values);
    if (changed.order) await run("readwrite", (queue) => queue.put(plain(changed)));
    tell("changed", changed);
  }

  /** It was sent (`message` is what the server stored), or is not wanted any more. */
  async function remove(nonce, message = null) {
    const at = memory.findIndex((item) => item.nonce === nonce);
    if (at >= 0) memory.splice(at, 1);
    const drop = (queue) => {
      queue.index("nonce").getKey(nonce).onsuccess = ({ target }) => target.result && queue.delete(target.result);
    };
    await run("readwrite", drop).catch(() => {});
    tell("removed", { nonce }, { message });
  }

  /** Everything of a person's, on signing out. */
  async function forget(person) {
    for (const { nonce } of await of(person)) await remove(nonce);
    await run("readwrite", (store) => store.clear(), SHARED).catch(() => {});
  }

  /** How many messages of whomever wait on this browser: all that may be said where nobody is signed in. */
  const count = () => run("readonly", (queue) => queue.count()).catch(() => 0);

  /** What another app shared: kept until it is sent on, those from before ``since`` no longer. */
  async function share(item, since) {
    const others = await run("readonly", (store) => store.getAll(), SHARED);
    for (const { id, at } of others) if (at < since) await forgetShared(id);
    await run("readwrite", (store) => store.put(item), SHARED);
  }

  const shared = (id) => run("readonly", (store) => store.get(id), SHARED);
  const forgetShared = (id) => run("readwrite", (store) => store.delete(id), SHARED);

  /** Calls back with every {what: added | changed | removed, item, message?}, whichever page or worker did it. */
  function listen(heard) {
    const channel = new BroadcastChannel("otklik.unsent");
    channel.onmessage = ({ data }) => heard(data);
  }

  return { add, of, next, change, remove, forget, listen, count, share, shared, forgetShared };
})();
