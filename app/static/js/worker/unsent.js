// Messages written without a network go out once there is one, though every page is closed (Background Sync).
self.addEventListener("sync", (event) => {
  if (event.tag === "unsent") event.waitUntil(self.delivery.deliverAll());
});
