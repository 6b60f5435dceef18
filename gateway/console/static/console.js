// What console pages gain with JavaScript: choose all on a page, and a long bulk action that goes on by itself.
(() => {
  "use strict";
  for (const box of document.querySelectorAll("[data-all]")) {
    box.addEventListener("change", () => {
      for (const one of document.querySelectorAll(`input[name="${box.dataset.all}"]`)) one.checked = box.checked;
    });
  }
  const going = document.querySelector("form[data-continue]");
  if (going) setTimeout(() => going.requestSubmit(), 400);
})();
