// «Share» of another app: what it sends stays in this browser until somebody chooses whom it is for (static/js/share.js).
(() => {
  const HOUR = 60 * 60 * 1000; // ms

  async function take(request) {
    const form = await request.formData();
    const text = ["title", "text", "url"].map((name) => form.get(name)).filter(Boolean).join("\n");
    const files = form.getAll("files").filter((file) => file.size);
    const id = crypto.randomUUID();
    await self.kept.share({ id, text, files, at: Date.now() });
    return Response.redirect(`/share?id=${id}`, 303);
  }

  const noRoom = () => Response.redirect("/share?full=1", 303);

  /** Nobody has taken it up, or whoever did has not sent it on for a day. */
  const old = ({ at, person }) => at < Date.now() - (person ? 24 : 1) * HOUR;

  self.kept.dropShared(old); // whenever the worker wakes, which every visit makes it do
  self.addEventListener("fetch", (event) => {
    const { pathname } = new URL(event.request.url);
    if (event.request.method === "POST" && pathname === "/share") event.respondWith(take(event.request).catch(noRoom));
  });
})();
