// Push messages: one sentence that leads to a page. The server encrypts {title, url, lang, id} for this browser alone;
// of an inquiry that may be accepted also {accept}, the caption of the button that does it.
(() => {
  const windows = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const isAt = (path) => (client) => new URL(client.url).pathname === path;

  // Whoever looks at the very page sees the news come; a line about it would only be in the way.
  async function show({ title, url, lang, id, accept }) {
    const watched = (await windows()).some((client) => client.visibilityState === "visible" && isAt(url)(client));
    if (watched) return;
    const actions = accept ? [{ action: "accept", title: accept }] : []; // a browser without buttons leaves them out
    await self.registration.showNotification(title, { tag: url, renotify: true, lang, actions, data: { url, id } });
  }

  // The open tab at that page, or a new one.
  async function open(url) {
    const open = (await windows()).find(isAt(url));
    return open ? open.focus() : self.clients.openWindow(url);
  }

  // The browser gave the subscription up for another: the server must hear of it, or it falls silent.
  async function renew({ oldSubscription, newSubscription }) {
    const answer = await fetch("/my/push", { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { key, csrf } = await answer.json();
    const options = oldSubscription?.options ?? { userVisibleOnly: true, applicationServerKey: key };
    const subscription = newSubscription ?? (await self.registration.pushManager.subscribe(options));
    await fetch("/my/push", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ ...subscription.toJSON(), instead_of: oldSubscription?.endpoint }),
    });
  }

  self.addEventListener("push", (event) => event.data && event.waitUntil(show(event.data.json())));
  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(event.notification.data.url).then((page) => event.action && page?.postMessage({ pressed: event.action })));
  });
  self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
})();
