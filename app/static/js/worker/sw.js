// The service worker of the whole site. Each of its jobs has a file of its own.
importScripts("/static/js/worker/push.js");

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
