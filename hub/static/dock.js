// What the dock gains with JavaScript: the answer replaces the last one, a short sound says how it went, and the field
// never loses its place. acts.js keeps and sends what is done here. Every page works without these files.
(() => {
  "use strict";
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

  const show = (page, loud) => {
    for (const part of page.querySelectorAll("#answer, #count")) {
      const here = document.getElementById(part.id);
      if (!here) continue;
      here.innerHTML = part.innerHTML;
      if (part.id === "answer" && loud) sound(part.dataset.sound);
    }
    countDown(0);
    window.scrollTo({ top: 0 });
    document.getElementById("code")?.focus();
  };

  // The answer to what was done on this page may be another page; what waited from before changes no page.
  document.addEventListener("act:answered", ({ detail }) => {
    const { answer, page, live } = detail;
    const fits = page.getElementById("answer") && document.getElementById("answer");
    if (fits && answer.status < 400) show(page, live);
    else if (live && answer.gone) window.location.assign(answer.gone);
    else if (live && answer.html) {
      document.open(); // a page of its own, such as the form again with what is wrong: with its scripts
      document.write(answer.html);
      document.close();
    }
  });

  document.addEventListener("act:taken", ({ detail }) => {
    const field = detail.form.querySelector("#code");
    if (field) field.value = "";
  });

  // Without a network the scan's answer says that it is kept; another form rests, or leads on to the next page.
  document.addEventListener("act:kept", ({ detail }) => {
    const form = document.querySelector(`form[data-act="${detail.record.act}"]`);
    if (!form) return;
    const note = document.getElementById("kept-note");
    if (note && form.closest("main").querySelector("#code")) {
      const here = document.getElementById("answer");
      here.replaceChildren(note.content.cloneNode(true));
      here.querySelector(".digits").textContent = detail.record.label;
      sound("again");
      return;
    }
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    form.classList.add("kept");
    if (form.dataset.next) window.location.assign(form.dataset.next);
  });

  // A scanner types wherever the focus is: letters and digits outside another field belong to the scan field.
  document.addEventListener("keydown", (event) => {
    const field = document.getElementById("code");
    const other = event.target.closest && event.target.closest("input, textarea, select, summary");
    if (!field || other || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1 && event.key !== " ") field.focus();
  });
  if (new URLSearchParams(window.location.search).toString() === "") document.getElementById("code")?.focus();

  countDown(0);
  setInterval(() => countDown(1), 1000);
})();
