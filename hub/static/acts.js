// Forms marked data-dock are acts: each gets a name and a time, is kept on the phone first and then sent, one after
// the other, until Avrop has answered. Sent twice, it is taken once (hub/acts/once.py). Without this file the forms
// are plain forms.
(() => {
  "use strict";
  const queue = window.avropQueue;
  const PATIENCE = 15000, FIRST = 2000, SLOWEST = 8000, TRIES = 5;
  const OURS = "default-src 'none'"; // every answer of Avrop carries its policy; a café's log-in page does not
  const mine = new Set(); // made on this very page: their answers may change it
  let viewer = document.querySelector("meta[name=avrop-viewer]")?.content || "";
  let token = document.querySelector("input[name=csrf]")?.value || "";
  let ahead = Number(localStorage.getItem("avrop-clock")) || 0; // how far this phone's clock is ahead of Avrop's, ms
  let state = "ok", wait = FIRST, timer = null, running = false, again = false;

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`act:${name}`, { detail }));
  const become = (now) => { state = now; tell("state", { state }); };

  const name = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // pages without https have no randomUUID
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };

  const fieldsOf = async (form, button) => {
    const fields = [];
    for (const [field, value] of new FormData(form)) {
      if (["csrf", "act", "at"].includes(field)) continue;
      if (typeof value === "string") fields.push([field, value]);
      else if (value.size) fields.push([field, new Blob([await value.arrayBuffer()], { type: value.type }), value.name]);
    }
    if (button?.name) fields.push([button.name, button.value]);
    return fields;
  };

  const bodyOf = (record) => {
    const files = record.fields.some(([, value]) => typeof value !== "string");
    const body = files ? new FormData() : new URLSearchParams();
    for (const field of record.fields) body.append(...field);
    body.append("act", record.act);
    body.append("at", record.at);
    return body;
  };

  const post = async (record) => {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const headers = { "HX-Request": "true", "X-CSRF-Token": token };
      const answer = await fetch(record.address, { method: "POST", body: bodyOf(record), headers, signal: stop.signal });
      if (!(answer.headers.get("Content-Security-Policy") || "").startsWith(OURS)) return null;
      const date = Date.parse(answer.headers.get("Date"));
      if (date) { ahead = Date.now() - date; localStorage.setItem("avrop-clock", String(ahead)); }
      return { status: answer.status, gone: answer.headers.get("HX-Redirect"), html: await answer.text() };
    } catch {
      return null;
    } finally {
      clearTimeout(late);
    }
  };

  // After a new log-in the forms' token is another one. True where somebody is logged in and it has been renewed.
  const renewed = async () => {
    const answer = await fetch("/hub/dock", { cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok) return null;
    if (new URL(answer.url).pathname === "/login") return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    token = page.querySelector("input[name=csrf]")?.value || token;
    viewer = page.querySelector("meta[name=avrop-viewer]")?.content || viewer;
    return true;
  };

  const delivered = async (record, answer) => {
    const html = new DOMParser().parseFromString(answer.html, "text/html");
    const live = mine.has(record.act);
    const sound = html.querySelector("#answer")?.dataset.sound;
    const said = html.querySelector("#answer .head, .errors li, h1")?.firstChild?.textContent;
    const refused = answer.status >= 400;
    const wrong = record.undoes ? html.querySelector("#answer .dock.bad") : sound && sound !== "good";
    const look = refused || wrong;
    if (look && (!live || record.waited)) await queue.change(record, { said: (said || "").trim(), fields: [], done: true });
    else await queue.remove(record);
    tell("answered", { record, answer, page: html, live: live && !(refused && record.waited) });
  };

  // "next": go on; "cut": no contact; "out": nobody is logged in.
  const attempt = async (record) => {
    if (!await queue.change(record, { tries: (record.tries || 0) + 1 })) return "next"; // taken back meanwhile
    let answer = await post(record);
    if (answer && answer.status === 403) {
      const known = await renewed();
      if (known === null) return "cut";
      if (!known) return "out";
      if (viewer !== record.who) return "next";
      answer = await post(record);
    }
    if (!answer) return "cut";
    if (answer.gone?.startsWith("/login")) return "out";
    if (answer.status >= 500 && record.faults !== TRIES) {
      await queue.change(record, { faults: (record.faults || 0) + 1 });
      return "cut";
    }
    await delivered(record, answer);
    return "next";
  };

  const round = async () => {
    for (;;) {
      const next = (await queue.all()).find(({ done, who }) => !done && who === viewer);
      if (!next) return "ok";
      const how = await attempt(next);
      if (how === "next") continue;
      await waitAll();
      return how;
    }
  };

  // What stands behind the one that did not come through waits as well: its answer is to stay in sight too.
  const waitAll = async () => {
    for (const record of await queue.all()) {
      if (record.done || record.waited || record.who !== viewer) continue;
      await queue.change(record, { waited: true });
      tell("kept", { record });
    }
  };

  const locked = (work) => (navigator.locks ? navigator.locks.request("avrop-acts", work) : work());

  const send = async () => {
    if (running) { again = true; return; }
    running = true;
    clearTimeout(timer);
    do {
      again = false;
      const how = await locked(round).catch(() => "cut");
      become(how);
    } while (again && state === "ok");
    running = false;
    if (state === "ok") wait = FIRST;
    else { timer = setTimeout(send, wait); wait = Math.min(wait * 1.5, SLOWEST); }
  };

  const take = async (form, button) => {
    const address = new URL(form.getAttribute("action") || window.location.href, window.location.href).href;
    const fields = await fieldsOf(form, button);
    const label = form.dataset.name || form.querySelector("#code")?.value.trim() || button?.textContent.trim() || "";
    tell("taken", { form });
    const at = new Date(Date.now() - ahead).toISOString();
    const record = await queue.add({ act: name(), at, address, fields, label, who: viewer, tries: 0, waited: state !== "ok" });
    mine.add(record.act);
    form.dataset.act = record.act;
    if (state !== "ok") {
      if (!record.waited) await queue.change(record, { waited: true });
      tell("kept", { record });
    }
    send();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-dock]");
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    const field = form.querySelector("#code");
    if (field && !field.value.trim()) { field.focus(); return; }
    take(form, event.submitter);
  });

  // Takes a waiting act back. One that has never been sent is simply not sent; else the undo follows it.
  const takeBack = async (record) => {
    const [known] = (await queue.all()).filter(({ n }) => n === record.n);
    if (!known) return;
    if (!known.tries) await queue.remove(known);
    else {
      const at = new Date(Date.now() - ahead).toISOString();
      const address = new URL("/hub/undo", window.location.href).href;
      await queue.change(known, { undone: true });
      await queue.add({ act: name(), at, address, fields: [["of", known.act]], label: known.label, who: known.who, tries: 0, undoes: known.act });
    }
    become(state);
    send();
  };

  const adopt = async () => {
    for (const record of await queue.all()) if (!record.done && record.who !== viewer) await queue.change(record, { who: viewer });
    send();
  };

  window.avropActs = { send, takeBack, adopt, all: queue.all, seen: queue.remove, viewer: () => viewer, state: () => state };
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  send();
})();
