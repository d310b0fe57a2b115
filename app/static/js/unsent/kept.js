// Messages on their way out, kept in IndexedDB so that neither a reload nor a closed browser loses one.
// No import and no export: pages read this as a module, the service worker by importScripts. Both find `kept`.
//
// An item: {order, nonce, person, conversation, address, to, kind?, body, reply_to?, file?, media?, at, code?, error?,
// fleeting?}; `address` is the conversation's page and `to` the other side's name, `file` a Blob, `order` is given here.
// A `code` says that it was refused, `error` why, in the server's words; `fleeting` that only this page has it, and why.
// It belongs to the account that wrote it: whoever else signs in on this browser never sends it.
self.kept = (() => {
  const QUEUE = "unsent", SHARED = "shared";
  const NAMES = ["order", "nonce", "person", "conversation", "address", "to", "kind", "body", "reply_to", "file", "media"];
  const MORE = ["at", "error", "code", "fleeting"];
  const memory = []; // where a browser keeps nothing (private windows, a full disk): at least this page does
  const news = new BroadcastChannel("otklik.unsent");
  let database = null;
  let adding = Promise.resolve(); // one at a time: a photo takes longer to keep than the words after it

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
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** Without what only the page needs that shows it. */
  function plain(item) {
    const names = [...NAMES, ...MORE].filter((name) => item[name] != null);
    return Object.fromEntries(names.map((name) => [name, item[name]]));
  }

  const tell = (what, item, more = {}) => news.postMessage({ what, item: plain(item), ...more });

  /** Resolves when it is on disk, or, with `item.fleeting` set, when it is clear that this cannot be. */
  function add(item) {
    adding = adding.then(() => store(item));
    return adding;
  }

  async function store(item) {
    try {
      item.order = await run("readwrite", (queue) => queue.add(plain(item)));
    } catch (error) {
      item.fleeting = error?.name === "QuotaExceededError" ? "full" : "private";
      item.order = ((await of(item.person)).at(-1)?.order ?? 0) + 1e-6; // after all that is there, before what comes
      memory.push(item);
    }
    tell("added", item);
  }

  /** What one person still has to send, in the order it was written. */
  async function of(person) {
    if (!person) return [];
    const stored = await run("readonly", (queue) => queue.index("person").getAll(person)).catch(() => []);
    const here = memory.filter((item) => item.person === person);
    return here.length ? [...stored, ...here].sort((a, b) => a.order - b.order) : stored;
  }

  async function next(person, conversation) {
    return (await of(person)).find((item) => item.conversation === conversation && !item.code);
  }

  async function change(item, values) {
    const changed = Object.assign(item, values);
    if (!changed.fleeting) await run("readwrite", (queue) => queue.put(plain(changed)));
    tell("changed", changed);
  }

  // What this page alone has may be cancelled or tried again in another one.
  news.onmessage = ({ data: { what, item } }) => {
    const at = memory.findIndex((one) => one.nonce === item.nonce);
    if (at < 0) return;
    if (what === "removed") memory.splice(at, 1);
    else if (what === "changed") Object.assign(memory[at], { code: item.code, error: item.error });
  };

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
    await dropShared(() => true);
  }

  /** How many messages are lost when this page goes. */
  const fleeting = () => memory.length;

  // What another app shared: {id, text, files, at, person?}; kept until it is sent on (worker/share.js, js/share.js).
  const share = (item) => run("readwrite", (store) => store.put(item), SHARED);
  const shared = (id) => run("readonly", (store) => store.get(id), SHARED);

  /** Forgets those of which `test(item)` is true. */
  async function dropShared(test) {
    const drop = (store) => {
      store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        if (test(cursor.value)) cursor.delete();
        cursor.continue();
      };
    };
    await run("readwrite", drop, SHARED).catch(() => {});
  }

  /** Calls back with every {what: added | changed | removed, item, message?}, whichever page or worker did it. */
  function listen(heard) {
    const channel = new BroadcastChannel("otklik.unsent");
    channel.onmessage = ({ data }) => heard(data);
  }

  return { add, of, next, change, remove, forget, listen, fleeting, share, shared, dropShared };
})();
