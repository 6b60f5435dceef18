// What pages gain with JavaScript: steppers that count, summaries that take focus, messages when a request fails.
// Every page works without this file.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  const step = (button) => {
    const field = button.closest(".stepper").querySelector("input");
    const by = Number(button.dataset.by) * (Number(field.step) || 1);
    const next = Math.max(Number(field.min) || 0, (Number(field.value) || 0) + by);
    field.value = String(next);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const focusWhatIsNew = (root) => {
    const target = root.querySelector("[data-focus]");
    if (target) target.focus();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-by]");
    if (button) step(button);
    for (const open of document.querySelectorAll("details.menu[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.menu[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });

  // Suggestions under a box: the arrows go through them, Escape goes back to the box.
  document.addEventListener("keydown", (event) => {
    const list = document.querySelector("[data-list-of]");
    const field = list && document.getElementById(list.dataset.listOf);
    if (!field || !(event.target === field || list.contains(event.target))) return;
    const places = [field, ...list.querySelectorAll("a")];
    const at = places.indexOf(event.target);
    const inList = at > 0;
    if (event.key === "ArrowDown" || (inList && event.key === "ArrowRight")) places[at + 1]?.focus();
    else if (inList && (event.key === "ArrowUp" || event.key === "ArrowLeft")) places[at - 1].focus();
    else if (event.key === "Escape" && places.length > 1) {
      list.replaceChildren();
      field.focus();
    } else return;
    event.preventDefault();
  });

  // A form that must be sent once: its button rests while the answer is on its way.
  document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("[data-once]");
    if (button) setTimeout(() => { button.disabled = true; }, 0);
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-once]")) button.disabled = false;
  });

  document.addEventListener("DOMContentLoaded", () => {
    focusWhatIsNew(document);
    // On a phone the menu scrolls sideways: where you are must be in sight.
    document.querySelector(".bar nav a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    for (const print of document.querySelectorAll("[data-print]")) print.addEventListener("click", () => window.print());
  });
  // A page that only leads on to a supplier's shop sends its form by itself; without JavaScript its button does.
  document.addEventListener("DOMContentLoaded", () => document.querySelector("form[data-leave]")?.submit());
  // After an outerHTML swap the event names the element that is gone, so the whole page is asked.
  document.addEventListener("htmx:afterSwap", () => focusWhatIsNew(document));

  // Errors that carry a page are shown; a lost connection is told in words.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400 && event.detail.xhr.responseText) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  const offline = (shown) => {
    const note = document.getElementById("offline");
    if (note) note.hidden = !shown;
  };
  document.addEventListener("htmx:sendError", () => offline(true));
  document.addEventListener("htmx:afterOnLoad", () => offline(false));
})();
