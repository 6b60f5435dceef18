// The service worker: the program's files and the pages with acts on them stay on the phone, so that the dock opens
// and the driver finds the next stop without a network. It sends nothing; that is acts.js. GIVEN is put in front.
"use strict";
const FILES = `avrop-files-${GIVEN.version}`;
const PAGES = "avrop-pages";
const ANY = { ignoreVary: true };
const PATIENCE = 4000;
const LONGEST = 12 * 3600 * 1000; // as long as a log-in lasts (web/sessions.py)

const keepFiles = async () => {
  const cache = await caches.open(FILES);
  // What stands under a hash is what it was; the reader has none.
  const known = await Promise.all(GIVEN.files.map((address) => address.startsWith("/static/") && caches.match(address, ANY)));
  await Promise.all(GIVEN.files.map((address, n) => (known[n] ? cache.put(address, known[n]) : cache.add(address))));
};

const dropOld = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("avrop-files-") && name !== FILES).map((name) => caches.delete(name)));
  await self.clients.claim();
};

self.addEventListener("install", (event) => event.waitUntil(keepFiles().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(dropOld()));

// Only pages on which something can be done without a network are worth the room, and what stands on them.
const keepPage = async (address, answer) => {
  const text = await answer.clone().text();
  if (!text.includes(" data-dock")) return;
  const headers = new Headers(answer.headers);
  headers.set("x-kept-at", String(Date.now()));
  await (await caches.open(PAGES)).put(address, new Response(text, { headers }));
};

const keptPage = async (address) => {
  const cache = await caches.open(PAGES);
  const found = (await cache.match(address, ANY)) || (await cache.match(address, { ignoreSearch: true, ...ANY }));
  if (!found) return null;
  if (Date.now() - Number(found.headers.get("x-kept-at")) < LONGEST) return found;
  await cache.delete(address, { ignoreSearch: true });
  return null;
};

const page = async (event) => {
  const asked = fetch(event.request).then((answer) => {
    if (answer.ok && answer.type === "basic") event.waitUntil(keepPage(event.request.url, answer.clone()));
    return answer;
  });
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE, null); });
  const came = await Promise.race([asked.catch(() => null), late]);
  const gone = came && [502, 503, 504].includes(came.status);
  if (came && !gone) return came;
  const kept = (await keptPage(event.request.url)) || (await keptPage(GIVEN.page));
  return kept || came || asked;
};

const file = async (request) => (await caches.match(request, ANY)) || fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (pathname.startsWith("/static/") || pathname === "/hub/reader.js") event.respondWith(file(request));
});

// A page names other pages that will be needed: the stops of a run.
self.addEventListener("message", (event) => {
  const keep = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) await keepPage(new URL(address, self.location).href, answer);
  };
  event.waitUntil(Promise.all((event.data.keep || []).map((address) => keep(address).catch(() => null))));
});
