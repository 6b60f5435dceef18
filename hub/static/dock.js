// What the dock gains with JavaScript: scans are queued and sent one by one, the answer replaces the last one, a short
// sound says how it went, and the field never loses its place. Every page works without this file.
(() => {
  "use strict";
  const field = document.getElementById("code");
  const waiting = [];
  let sending = false;

  const TONES = { good: [[880, 0.12]], again: [[520, 0.1], [520, 0.1]], bad: [[190, 0.35]] };
  let audio = null;
  const sound = (name) => {
    const notes = TONES[name];
    if (!notes || !window.AudioContext) return;
    audio = audio || new AudioContext();
    let at = audio.currentTime;
    for (const [pitch, length] of notes) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.25, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + length);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + length);
      at += length + 0.06;
    }
    if (navigator.vibrate) navigator.vibrate(name === "bad" ? [200, 80, 200] : 60);
  };

  const countDown = (by) => {
    for (const left of document.querySelectorAll(".undo .left")) {
      if (left.closest(".undo").matches(":focus-within, :hover")) continue;
      const seconds = Number(left.dataset.left);
      left.textContent = seconds > 0 ? `(${seconds} s)` : "";
      left.dataset.left = String(seconds - by);
    }
  };

  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const part of page.querySelectorAll("#answer, #count")) {
      const here = document.getElementById(part.id);
      if (!here) continue;
      here.innerHTML = part.innerHTML;
      if (part.id === "answer") sound(part.dataset.sound);
    }
    countDown(0);
    window.scrollTo({ top: 0 });
    if (field) field.focus();
  };

  const tellWaiting = () => {
    const note = document.getElementById("waiting-scans");
    if (!note) return;
    document.getElementById("waiting-count").textContent = waiting.length ? `(${waiting.length})` : "";
  };

  const sendNext = async () => {
    if (sending || !waiting.length) return;
    sending = true;
    const { address, body } = waiting[0];
    try {
      const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } });
      const gone = answer.headers.get("HX-Redirect");
      if (gone) { window.location.assign(gone); return; }
      waiting.shift();
      document.getElementById("waiting-scans").hidden = true;
      const html = await answer.text();
      if (answer.ok) show(html);
      else document.body.replaceWith(new DOMParser().parseFromString(html, "text/html").body);
    } catch {
      document.getElementById("waiting-scans").hidden = false;
      setTimeout(sendNext, 2000);
    } finally {
      sending = false;
      tellWaiting();
    }
    if (document.getElementById("waiting-scans")?.hidden) sendNext();
  };

  if (field) {
    document.addEventListener("submit", (event) => {
      const form = event.target.closest("form[data-dock]");
      if (!form) return;
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form));
      if (form.id === "scan") {
        if (!field.value.trim()) { field.focus(); return; }
        field.value = "";
      }
      waiting.push({ address: form.action, body });
      tellWaiting();
      sendNext();
    });
    // A scanner types wherever the focus is: letters and digits outside another field belong to the scan field.
    document.addEventListener("keydown", (event) => {
      const other = event.target.closest && event.target.closest("input, textarea, select, summary");
      if (other || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === " ") return;
      field.focus();
    });
    const empty = new URLSearchParams(window.location.search).toString() === "";
    if (empty) field.focus();
  }

  countDown(0);
  setInterval(() => countDown(1), 1000);
})();
