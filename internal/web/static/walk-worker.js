// Keeps one walk's page, and the files that it is made of, for when there is no network.
// It lies in the walk's own folder and reaches no other page. The server puts in the version.
"use strict";

const version = "VERSION";
const page = new URL("./", location).href; // …/walk/12/
const mine = "walk " + new URL(page).pathname + " ";
const files = ["app.css", "walk.css", "walk.js"].map((name) => "/static/" + name + "?v=" + version).concat("/static/icon.svg");
const fonts = ["ibm-plex-sans-latin", "ibm-plex-sans-latin-ext", "newsreader-latin", "newsreader-latin-ext"].map((name) => "/static/font/" + name + "-wght-normal.woff2");
const patience = 4000; // milliseconds for a network that is there and answers nothing

addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(mine + version);
  await cache.addAll(files);
  await Promise.allSettled(fonts.map((font) => cache.add(font))); // without them it reads as well
  await keep(await fetch(page));
  await skipWaiting();
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith(mine) && name !== mine + version) await caches.delete(name);
  await clients.claim();
})()));

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && url.origin + url.pathname === page) event.respondWith(show(event.request));
  else if (files.includes(url.pathname + url.search) || fonts.includes(url.pathname)) event.respondWith(stored(event.request));
});

// show asks the server first: the walk may be over. Where it does not answer, the page as it was is shown.
async function show(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(patience) });
    if (answer.status < 500) {
      await keep(answer);
      return answer;
    }
  } catch { /* no network */ }
  return await kept(page) || Response.error();
}

async function keep(answer) {
  if (answer.ok && answer.headers.get("Walk-State") === "open") await (await caches.open(mine + version)).put(page, answer.clone());
}

// kept makes no cache that has been removed: the walk may be over.
const kept = (what) => caches.match(what, { cacheName: mine + version, ignoreVary: true });

async function stored(request) {
  return await kept(request) || fetch(request);
}
