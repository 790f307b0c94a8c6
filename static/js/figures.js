// Draws Plotly figures over the drawings that came with the page; without it those stay.
(function () {
  "use strict";
  if (!window.Plotly) return;
  var COLOUR = /^var\((--[\w-]+)\)$/;
  var probe = document.createElement("span");
  probe.hidden = true;
  document.body.appendChild(probe);

  function settle(name) {
    probe.style.color = "var(" + name + ")";
    return window.getComputedStyle(probe).color;
  }

  function coloured(value) {
    if (typeof value === "string") { var hit = COLOUR.exec(value); return hit ? settle(hit[1]) : value; }
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.keys(value).reduce(function (copy, key) { copy[key] = coloured(value[key]); return copy; }, {});
    }
    return value;
  }

  function draw(figure) {
    var source = document.getElementById(figure.dataset.figure);
    var place = figure.querySelector("[data-figure-drawing]");
    var plain = figure.querySelector("[data-figure-plain]");
    if (!source || !place) return;
    var spec = coloured(JSON.parse(source.textContent));
    spec.layout.font.family = window.getComputedStyle(document.body).fontFamily;
    place.hidden = false;
    window.Plotly.react(place, spec.data, spec.layout, { displayModeBar: false, responsive: true }).then(function () {
      // The table twin stays reachable; only the drawing it repeats goes.
      Array.prototype.forEach.call(plain.children, function (child) {
        if (!child.matches("details.jy-twin")) child.classList.add("visually-hidden");
      });
    }, function () { place.hidden = true; });
  }

  function drawAll(root) { Array.prototype.forEach.call(root.querySelectorAll("[data-figure]"), draw); }

  drawAll(document);
  document.addEventListener("htmx:afterSwap", function (event) { drawAll(event.target); });
  new MutationObserver(function () { drawAll(document); }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
