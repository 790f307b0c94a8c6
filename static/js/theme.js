// Runs before the style sheets: settles "system" to light or dark so that nothing flashes.
(function () {
  "use strict";
  var root = document.documentElement;
  if (root.dataset.theme !== "system" || !window.matchMedia) return;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  apply();
  dark.addEventListener("change", apply);
})();
