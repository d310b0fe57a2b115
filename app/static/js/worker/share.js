// «Share» of another app: what it sends stays in this browser until somebody chooses whom it is for (static/js/share.js).
(() => {
  const KEPT = 24 * 60 * 60 * 1000; // ms that something nobody sent on is kept

  async function take(request) {
    const form = await request.formData();
    const text = ["title", "text", "url"].map((name) => form.get(name)).filter(Boolean).join("\n");
    const files = form.getAll("files").filter((file) => file.size);
    const id = crypto.randomUUID();
    await self.kept.share({ id, text, files, at: Date.now() }, Date.now() - KEPT);
    return Response.redirect(`/share?id=${id}`, 303);
  }

  self.addEventListener("fetch", (event) => {
    const { pathname } = new URL(event.request.url);
    if (event.request.method === "POST" && pathname === "/share") event.respondWith(take(event.request));
  });
})();
