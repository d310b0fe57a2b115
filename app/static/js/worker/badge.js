// The number on the app's icon while no page is open: asked for when a push message says that there is something new.
(() => {
  async function count() {
    if (!("setAppBadge" in navigator)) return;
    const { unread } = await self.delivery.whoIsIn();
    await navigator.setAppBadge(unread);
  }

  self.addEventListener("push", (event) => event.waitUntil(count().catch(() => {})));
})();
