// The service worker of the whole site. Each of its jobs has a file of its own.
importScripts("/static/js/unsent/kept.js", "/static/js/unsent/delivery.js");
importScripts("/static/js/worker/pages.js", "/static/js/worker/share.js", "/static/js/worker/unsent.js");
importScripts("/static/js/worker/badge.js", "/static/js/worker/push.js");

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
