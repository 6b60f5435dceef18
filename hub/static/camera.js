// The phone's camera as a scanner: what it reads is put in the field and sent as if a scanner had typed it. The button
// is there only where there is a camera and the page may use it (https, or this machine itself).
(() => {
  "use strict";
  const box = document.getElementById("camera");
  const button = document.getElementById("camera-open");
  if (!box || !button || !navigator.mediaDevices?.getUserMedia || !window.Worker) return;
  const video = box.querySelector("video");
  const canvas = document.createElement("canvas");
  const WIDEST = 1280; // enough for a GS1-128 across half the picture, and quick on a cheap phone
  const REST = 3000; // the same code again within this many ms is the same look at it
  let reader = null, stream = null, last = "", at = 0, timer = null;

  const say = (what) => { for (const part of box.querySelectorAll("[data-say]")) part.hidden = part.dataset.say !== what; };

  // Several labels in the picture: the parcel's own code comes before those of the goods in it.
  const best = (codes) => codes.find(({ text }) => /^(\]C1)?\(?00\)?\d{18}/.test(text) || text.includes("/00/")) || codes[0];

  const picture = () => {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    const drawn = canvas.getContext("2d", { willReadFrequently: true });
    drawn.drawImage(video, 0, 0, canvas.width, canvas.height);
    return drawn.getImageData(0, 0, canvas.width, canvas.height);
  };

  const look = () => {
    if (!stream) return;
    if (video.readyState < 2 || !video.videoWidth) { timer = setTimeout(look, 100); return; }
    const seen = picture();
    reader.postMessage(seen, [seen.data.buffer]);
  };

  const read = ({ data }) => {
    if (data.error) { say("broken"); return; }
    const found = best(data.codes);
    const fresh = found && (found.text !== last || Date.now() - at > REST);
    if (found) { last = found.text; at = Date.now(); }
    if (fresh) {
      const form = document.getElementById("scan");
      form.querySelector("#code").value = found.text;
      form.requestSubmit();
      say("aim");
    }
    timer = setTimeout(look, fresh ? 700 : 120);
  };

  const close = () => {
    clearTimeout(timer);
    for (const track of stream ? stream.getTracks() : []) track.stop();
    stream = video.srcObject = null;
    box.hidden = true;
    button.hidden = false;
    document.getElementById("code")?.focus();
  };

  const open = async () => {
    box.hidden = false;
    button.hidden = true;
    say("wait");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } } });
    } catch (error) {
      say(error.name === "NotAllowedError" ? "denied" : "none");
      return;
    }
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", close);
    const lamp = box.querySelector("#camera-lamp");
    lamp.hidden = !track.getCapabilities?.().torch;
    lamp.onclick = () => {
      const on = lamp.getAttribute("aria-pressed") !== "true";
      track.applyConstraints({ advanced: [{ torch: on }] }).then(() => lamp.setAttribute("aria-pressed", String(on))).catch(() => {});
    };
    if (!reader) {
      reader = new Worker("/hub/reader.js");
      reader.addEventListener("message", read);
      reader.addEventListener("error", () => say("broken"));
    }
    video.srcObject = stream;
    await video.play().catch(() => {});
    say("aim");
    look();
  };

  button.hidden = false;
  button.addEventListener("click", open);
  box.querySelector("#camera-close").addEventListener("click", close);
  document.addEventListener("visibilitychange", () => { if (document.hidden && stream) close(); });
})();
