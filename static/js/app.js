// What pages gain with script. Nothing here is needed to read or to decide.
(function () {
  "use strict";
  var $ = function (selector, root) { return (root || document).querySelector(selector); };
  var $$ = function (selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); };

  // ---- one polite line for screen readers ---------------------------------
  function say(text) {
    var status = $("#status");
    if (status) { status.textContent = ""; window.setTimeout(function () { status.textContent = text; }, 50); }
  }

  function toast(text) {
    var place = $("#toasts");
    say(text);
    if (!place) return;
    var box = document.createElement("div");
    box.className = "jy-toast";
    box.textContent = text;
    place.appendChild(box);
    window.setTimeout(function () { box.remove(); }, 10000);
  }

  // ---- small conveniences -------------------------------------------------
  function reveal(button) {
    var input = document.getElementById(button.dataset.reveal);
    if (!input) return;
    var shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    input.focus();
  }

  function openDialog(id) {
    var dialog = document.getElementById(id);
    if (!dialog || !dialog.showModal) return false;
    if (!dialog.open) dialog.showModal();
    return true;
  }

  function prepare(root) {
    $$("[data-reveal][hidden]", root).forEach(function (button) { button.hidden = false; });
    $$("[data-script-only][hidden]", root).forEach(function (node) { node.hidden = false; });
    $$("[data-copy][hidden]", root).forEach(function (button) { button.hidden = !navigator.clipboard; });
    var first = $("[data-autofocus]", root);
    if (first) first.focus();
    $$("[data-expires]", root).forEach(function (node) {
      window.setTimeout(function () { node.remove(); }, Number(node.dataset.expires) * 1000);
    });
  }

  // <details data-confirm> opens in place; with script its form moves into a dialog.
  function confirmDialog(details) {
    var form = $("form", details);
    var dialog = document.createElement("dialog");
    if (!form || !dialog.showModal) return false;
    dialog.className = "jy-dialog";
    var title = $("h2[id]", form);
    if (title) dialog.setAttribute("aria-labelledby", title.id);
    dialog.appendChild(form);
    document.body.appendChild(dialog);
    dialog.addEventListener("close", function () {
      details.appendChild(form);
      dialog.remove();
      $("summary", details).focus();
    });
    prepare(dialog);
    dialog.showModal();
    return true;
  }

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : event.target.parentElement;
    if (!target) return;
    var button = target.closest("[data-reveal]");
    if (button) { reveal(button); return; }
    var opener = target.closest("[data-dialog]");
    if (opener && openDialog(opener.dataset.dialog)) { event.preventDefault(); return; }
    var asked = target.closest("[data-confirm] > summary");
    if (asked && confirmDialog(asked.parentElement)) { event.preventDefault(); return; }
    var closer = target.closest("[data-close]");
    if (closer) {
      var box = closer.closest("dialog, details, .jy-toast");
      if (box && box.tagName === "DIALOG") box.close();
      else if (box && box.tagName === "DETAILS") box.open = false;
      else if (box) box.remove();
      event.preventDefault();
      return;
    }
    var copier = target.closest("[data-copy]");
    if (copier && navigator.clipboard) navigator.clipboard.writeText(copier.dataset.copy).then(function () { say(copier.dataset.copied || ""); });
    $$("details[data-menu][open]").forEach(function (menu) { if (!menu.contains(target)) menu.open = false; });
  });

  document.addEventListener("change", function (event) {
    var all = event.target;
    if (all.matches("[data-select-all]")) {
      $$(all.dataset.selectAll).forEach(function (box) { if (!box.disabled) box.checked = all.checked; });
    }
    if (all.matches("[data-submit-on-change]") && all.form) all.form.requestSubmit();
  });

  // A form that was typed in and not sent warns before the page goes.
  var unsaved = false;
  document.addEventListener("input", function (event) { if (event.target.closest("form[data-guard]")) unsaved = true; });
  document.addEventListener("submit", function () { unsaved = false; });
  window.addEventListener("beforeunload", function (event) { if (unsaved) event.preventDefault(); });

  // ---- keyboard review ----------------------------------------------------
  // [data-review] holds [data-row]s; any element with data-key="a" is pressed by that key,
  // the one inside the focused row first, then the page's own.
  function rows() { return $$("[data-review] [data-row]").filter(function (row) { return row.offsetParent !== null; }); }

  function currentRow() { return $("[data-row][data-current]") || $("[data-row][aria-current='true']"); }

  function moveTo(row) {
    if (!row) return;
    $$("[data-row][data-current]").forEach(function (other) { other.removeAttribute("data-current"); });
    row.setAttribute("data-current", "");
    if (!row.hasAttribute("tabindex")) row.setAttribute("tabindex", "-1");
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    var list = rows();
    if (!list.length) {
      var link = $(by > 0 ? "[rel='next'][data-row-link]" : "[rel='prev'][data-row-link]");
      if (link) link.click();
      return;
    }
    var at = list.indexOf(currentRow());
    moveTo(list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + by))]);
  }

  function press(key) {
    var row = currentRow();
    var target = (row && $("[data-key='" + key + "']", row)) || $$("[data-key='" + key + "']").find(function (node) {
      return !node.closest("[data-row]") && !node.disabled;
    });
    if (!target || target.disabled) return false;
    if (target.tagName === "SUMMARY" && !target.closest("[data-confirm]")) { target.parentElement.open = true; target.focus(); }
    else if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox") {
      var folded = target.closest("details:not([open])");
      if (folded) folded.open = true;
      target.focus();
    }
    else target.click();
    return true;
  }

  function ignored(event) {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return true;
    if (event.ctrlKey || event.metaKey || event.altKey) return true;
    if (document.body.dataset.shortcuts === "off" || $("dialog[open]")) return true;
    return Boolean(event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") $$("details[data-menu][open]").forEach(function (menu) { menu.open = false; $("summary", menu).focus(); });
    if (ignored(event)) return;
    var key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    var done = false;
    if (key === "?") done = openDialog("shortcuts");
    else if (key === "/") done = press("/");
    else if (!$("[data-review]")) return;
    else if (key === "j" || (key === "ArrowDown" && event.target.closest("[data-row]"))) { step(1); done = true; }
    else if (key === "k" || (key === "ArrowUp" && event.target.closest("[data-row]"))) { step(-1); done = true; }
    else if (key === "Enter" && event.target.matches("[data-row]")) {
      var link = $("[data-open], a[href]", event.target);
      if (link) { link.click(); done = true; }
    } else if ("arhxceu".indexOf(key) >= 0 && key.length === 1) done = press(key);
    if (done) event.preventDefault();
  });

  // ---- htmx ---------------------------------------------------------------
  document.addEventListener("htmx:afterSwap", function (event) { prepare(event.target); });
  document.addEventListener("htmx:responseError", function () { var status = $("#status"); if (status) toast(status.dataset.error); });
  document.addEventListener("htmx:sendError", function () { var status = $("#status"); if (status) toast(status.dataset.offline); });
  document.addEventListener("jy:say", function (event) { say(event.detail && (event.detail.value || event.detail.text) || ""); });

  prepare(document);
})();
