// Without a network: one page that says so, and the files it needs. Pages themselves are never kept, least of all those
// of somebody who is signed in.
(() => {
  const CACHE = "otklik-1"; // another name empties what older workers kept
  const SHELL = "/offline";
  const MODULES = ["badge", "field_errors", "install", "unsent/kept", "unsent/whose"]; // what the shell's own scripts import
  const LINKS = /(?:href|src|srcset)="(\/static\/[^"]+\.(?:css|js|woff2|svg|png)[^"]*)"/g;

  const isStatic = (url) => url.origin === location.origin && url.pathname.startsWith("/static/");
  const isForever = (url) => url.searchParams.has("v") || url.pathname.endsWith(".woff2"); // as app/assets.py

  /** As a visitor sees it: asked for without cookies, so nobody's name can stand on it. */
  async function keepShell() {
    const answer = await fetch(SHELL, { credentials: "omit", cache: "no-store" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const files = [...(await answer.clone().text()).matchAll(LINKS)].map(([, path]) => path.replaceAll("&amp;", "&"));
    const cache = await caches.open(CACHE);
    await cache.put(SHELL, answer);
    const modules = MODULES.map((name) => `/static/js/${name}.js`);
    await Promise.all([...files, ...modules].map((path) => keep(new Request(path))));
  }

  /** Fetches and keeps one file; an older version of it goes. */
  async function keep(request) {
    const answer = await fetch(request);
    if (answer.status === 200) {
      const cache = await caches.open(CACHE);
      await cache.delete(request, { ignoreSearch: true });
      await cache.put(request, answer.clone());
    }
    return answer;
  }

  async function file(request) {
    const known = await caches.match(request);
    if (known && isForever(new URL(request.url))) return known;
    return keep(request).catch(async (error) => known ?? (await another(request)) ?? Promise.reject(error));
  }

  /** The shell was kept with the style of its day, of which a newer page may have brought the next edition. */
  const another = (request) => caches.match(request, { ignoreSearch: true });

  async function page(event) {
    try {
      return (await event.preloadResponse) ?? (await fetch(event.request));
    } catch (error) {
      return (await caches.match(SHELL)) ?? Promise.reject(error);
    }
  }

  async function begin() {
    const old = (await caches.keys()).filter((name) => name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.registration.navigationPreload?.enable();
  }

  self.addEventListener("install", (event) => event.waitUntil(keepShell()));
  self.addEventListener("activate", (event) => event.waitUntil(begin()));
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET") return;
    if (request.mode === "navigate") event.respondWith(page(event));
    else if (isStatic(new URL(request.url))) event.respondWith(file(request));
  });
})();
