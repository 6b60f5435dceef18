// Says what waits on this phone and why, offers to take it back, and keeps in sight what was not as it should be when
// it was sent at last. The words stand in hub/templates/acts.html.
(() => {
  "use strict";
  const acts = window.avropActs;

  const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

  const row = (kind, record, press) => {
    const made = document.getElementById(`${kind}-act`).content.cloneNode(true).firstElementChild;
    made.querySelector("[data-label]").textContent = record.label;
    const time = made.querySelector("time");
    time.dateTime = record.at;
    time.textContent = clock(record.at);
    const said = made.querySelector("[data-said]");
    if (said) said.textContent = record.said || "";
    const button = made.querySelector("button");
    made.querySelector("[data-undone]").hidden = !record.undone;
    button.hidden = Boolean(record.undone);
    button.addEventListener("click", () => press(record));
    return made;
  };

  // Nothing moves under a finger, and no button loses the focus, while the list is as it was.
  const fill = (kind, records, press) => {
    const list = document.getElementById(`${kind}-acts`);
    const now = records.map(({ n, undone }) => `${n}${undone ? "-" : ""}`).join();
    if (list.dataset.now === now) return;
    list.dataset.now = now;
    list.replaceChildren(...records.map((one) => row(kind, one, press)));
  };

  const shown = async () => {
    const panel = document.getElementById("waiting-scans");
    if (!panel) return;
    const all = (await acts.all()).filter(({ undoes, done }) => done || !undoes);
    const waiting = all.filter(({ done }) => !done);
    const own = waiting.filter(({ who }) => who === acts.viewer());
    const look = all.filter(({ done }) => done);
    const why = own.length && acts.state() !== "ok" ? acts.state() : "";
    for (const part of panel.querySelectorAll("[data-why]")) part.hidden = part.dataset.why !== why;
    const foreign = waiting.length - own.length;
    document.getElementById("foreign-acts").hidden = !foreign;
    for (const count of panel.querySelectorAll("[data-foreign]")) count.textContent = String(foreign);
    document.getElementById("waiting-count").textContent = why ? `(${own.length})` : "";
    fill("waiting", why ? own.reverse() : [], acts.takeBack); // the last one is the one that may be regretted
    fill("look", look, (record) => acts.seen(record).then(shown));
    document.getElementById("look-heading").hidden = !look.length;
    document.getElementById("no-disk").hidden = !waiting.some(({ fleeting }) => fleeting) || !why;
    panel.hidden = !(why || foreign || look.length);
    document.getElementById("why").hidden = !why;
  };

  document.addEventListener("click", (event) => { if (event.target.closest("#adopt-acts")) acts.adopt(); });
  for (const name of ["state", "answered", "kept", "taken"]) document.addEventListener(`act:${name}`, shown);
  shown();

  // Whoever logs out hears what still waits here; the pages that were kept go, what waits stays.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest('form[action="/logout"]');
    if (!form || form.dataset.sure) return;
    event.preventDefault();
    const waits = (await acts.all()).filter(({ done, who }) => !done && who === acts.viewer()).length;
    const panel = document.getElementById("waiting-scans");
    if (waits && panel && !window.confirm(panel.dataset.leaving.replace("{n}", waits))) return;
    if (window.caches) await caches.delete("avrop-pages");
    form.dataset.sure = "yes";
    form.submit();
  });

  // The service worker, and the pages that it keeps; another person's pages are not theirs.
  const keep = () => {
    const links = [...document.querySelectorAll("a[data-keep]")].map((link) => link.href);
    navigator.serviceWorker.controller?.postMessage({ keep: ["/hub/offline", ...links] });
  };
  if (!("serviceWorker" in navigator)) return;
  const before = localStorage.getItem("avrop-viewer");
  localStorage.setItem("avrop-viewer", acts.viewer());
  const clean = before && before !== acts.viewer() ? caches.delete("avrop-pages") : Promise.resolve();
  clean.then(() => navigator.serviceWorker.register("/hub/worker.js", { scope: "/hub/" })).then(() => navigator.serviceWorker.ready).then(keep).catch(() => {});
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    keep();
    // The very first page was loaded before there was a worker to keep it.
    navigator.serviceWorker.controller?.postMessage({ keep: [window.location.href] });
  });
})();
