// What the driver's page gains with JavaScript: signing with a finger, labels that are ticked off without a network,
// photos made small before they are sent. Every form works without this file. Sending is acts.js's.
(() => {
  "use strict";
  const LARGEST = 1600, QUALITY = 0.82;

  // Signing: the canvas is drawn from a path, and the path goes into the form.
  const pens = new WeakMap();
  const pathOf = (canvas) => canvas.closest("form").querySelector("input[name=signature]");
  const pen = (canvas) => {
    if (!pens.has(canvas)) {
      const drawing = canvas.getContext("2d");
      Object.assign(drawing, { lineWidth: 4, lineCap: "round", lineJoin: "round" });
      drawing.strokeStyle = getComputedStyle(canvas).color;
      pens.set(canvas, { drawing, last: null });
      redraw(canvas, drawing);
    }
    return pens.get(canvas);
  };
  const redraw = (canvas, drawing) => {
    drawing.clearRect(0, 0, canvas.width, canvas.height);
    const path = pathOf(canvas).value;
    if (path) drawing.stroke(new Path2D(path));
  };
  const point = (canvas, event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
    return [
      within(((event.clientX - box.left) * canvas.width) / box.width, canvas.width),
      within(((event.clientY - box.top) * canvas.height) / box.height, canvas.height),
    ];
  };
  const draw = (canvas, event, begins) => {
    const own = pen(canvas), [x, y] = point(canvas, event), field = pathOf(canvas);
    if (!begins && own.last && Math.abs(x - own.last[0]) + Math.abs(y - own.last[1]) < 4) return;
    if (field.value.length > 15900) return;
    field.value += `${begins ? "M" : "L"}${x} ${y}`;
    if (!begins) { own.drawing.beginPath(); own.drawing.moveTo(...own.last); own.drawing.lineTo(x, y); own.drawing.stroke(); }
    own.last = [x, y];
  };
  document.addEventListener("pointerdown", (event) => {
    const canvas = event.target.closest?.("canvas[data-sign]");
    if (!canvas) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    draw(canvas, event, true);
  });
  document.addEventListener("pointermove", (event) => {
    const canvas = event.target.closest?.("canvas[data-sign]");
    if (canvas?.hasPointerCapture(event.pointerId)) for (const part of event.getCoalescedEvents?.() || [event]) draw(canvas, part, false);
  });
  document.addEventListener("click", (event) => {
    const wipe = event.target.closest("[data-clear]"), name = event.target.closest("[data-receiver]");
    if (wipe) {
      const canvas = wipe.closest("form").querySelector("canvas[data-sign]");
      pathOf(canvas).value = "";
      redraw(canvas, pen(canvas).drawing);
    }
    if (name) name.closest("form").querySelector("[name=receiver]").value = name.dataset.receiver;
  });
  for (const canvas of document.querySelectorAll("canvas[data-sign]")) if (pathOf(canvas).value) pen(canvas);

  // Photos: a phone's picture is ten times as large as anybody needs to see whose goods stand where.
  const smaller = async (file) => {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LARGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
    return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
  };
  document.addEventListener("change", async (event) => {
    const field = event.target;
    if (!field.matches?.("input[type=file][name=photo]") || !field.files.length) return;
    const kept = new DataTransfer();
    for (const file of field.files) kept.items.add(await smaller(file).catch(() => file));
    field.files = kept.files;
  });

  // Scanning at the door: looked up among the parcels on this page, so that it works without a network.
  let audio = null;
  const sound = (good) => {
    if (navigator.vibrate) navigator.vibrate(good ? 60 : [200, 80, 200]);
    if (!window.AudioContext) return;
    audio = audio || new AudioContext();
    const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime;
    tone.frequency.value = good ? 880 : 190;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + (good ? 0.12 : 0.35));
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.4);
  };
  const named = (code) => {
    const text = code.trim(), sscc = text.replace(/\D/g, "").match(/^(?:00)?(\d{18})$/)?.[1];
    const rows = [...document.querySelectorAll(".parcel[data-key]")];
    return rows.find((row) => row.dataset.key === sscc || row.dataset.key === text) ||
      rows.find((row) => row.dataset.order === text.toUpperCase() && !row.classList.contains("scanned"));
  };
  const tick = (row) => {
    if (row.classList.contains("scanned")) return;
    row.classList.add("scanned");
    const mark = Object.assign(document.createElement("input"), { type: "hidden", name: "scanned", value: row.dataset.id });
    const count = row.closest("form").appendChild(mark).form.querySelector(".seen-count");
    count.textContent = count.dataset.count.replace("#", row.closest("fieldset").querySelectorAll(".scanned").length);
  };
  const say = (good, text) => {
    const note = Object.assign(document.createElement("div"), { className: `notice ${good ? "good" : "bad"}` });
    note.appendChild(document.createElement("p")).textContent = text;
    document.getElementById("said").replaceChildren(note);
    sound(good);
  };
  document.getElementById("door-scan")?.addEventListener("submit", (event) => {
    const field = document.getElementById("door-code"), row = named(field.value), said = document.getElementById("said").dataset;
    if (!field.value.trim()) { event.preventDefault(); return; }
    if (!row && navigator.onLine) return; // Avrop knows whose it is
    event.preventDefault();
    field.value = "";
    if (!row) { say(false, said.nobody); return; }
    const door = row.closest(".at-door"), here = door.classList.contains("now");
    if (here) tick(row);
    say(here, here ? said.here : `${said.other} ${door.dataset.stop}, ${door.dataset.unit}.`);
  });
  // A scanner types wherever the focus is, and ends with Enter.
  document.addEventListener("keydown", (event) => {
    const other = event.target.closest?.("input, textarea, select, summary, button, a");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1 && event.key !== " ";
    if (!other && plain) document.getElementById("door-code")?.focus();
  });

  // Without a network the act is kept on the phone: the stop says so, and the next one opens. acts.js tells of it.
  const formOf = ({ act }) => document.querySelector(`form[data-act="${act}"]`);
  const rest = (form) => {
    const door = form?.closest(".at-door");
    if (!door) return;
    document.getElementById("kept").hidden = false;
    if (!/\/(hand|fail)$/.test(form.getAttribute("action"))) {
      form.reset();
      setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = false; });
      return;
    }
    for (const one of door.querySelectorAll("form[data-dock]")) one.hidden = true;
    door.classList.add("waits");
    const following = [...document.querySelectorAll("details.at-door:not(.waits)")].find((one) => one.querySelector("form.hand"));
    document.querySelector(".at-door.now")?.classList.remove("now");
    (following || document.getElementById("kept")).scrollIntoView({ block: "start" });
    if (!following) return;
    following.classList.add("now");
    following.open = true;
  };
  document.addEventListener("act:kept", ({ detail: { record } }) => rest(formOf(record)));
  // A page that the phone has kept does not know what was done on it since.
  document.addEventListener("DOMContentLoaded", async () => {
    for (const record of (await window.avropActs?.all()) || []) {
      const form = document.querySelector(`form[data-dock][action="${new URL(record.address).pathname}"]`);
      if (!form || record.done || !/\/(hand|fail)$/.test(form.getAttribute("action"))) continue;
      form.dataset.act = record.act;
      rest(form);
    }
  });
  // What waited and is sent at last leaves this page as it is: somebody is filling in the next stop.
  document.addEventListener("act:answered", (event) => {
    const { record, answer } = event.detail;
    if (!record.waited || !record.address.includes("/hub/drive/")) return;
    event.stopImmediatePropagation();
    formOf(record)?.closest(".at-door")?.classList.remove("waits");
    if (answer.status < 400 && !document.querySelector(".at-door.waits")) document.getElementById("kept").hidden = true;
  });
})();
