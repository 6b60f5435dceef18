// Takes the cart home without a click. A shop with the fault "posted-twice" posts it once more beforehand.
const form = document.getElementById("home");
const post = () => form.submit();
if ("twice" in form.dataset) {
  const body = new URLSearchParams(new FormData(form));
  fetch(form.action, { method: "POST", mode: "no-cors", credentials: "include", body }).then(post, post);
} else {
  post();
}
