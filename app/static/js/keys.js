// Keys: / and Ctrl-K search, j k or arrows move through a list, Enter opens, c copies, ? explains. Single keys can be turned off.
import { copyFirst } from "./copy.js";
import { waits } from "./search.js";

const SWITCH = "single-keys";

function singleKeys() {
  try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; }
}

export function startKeys() {
  const dialog = document.getElementById("keys");
  const box = dialog.querySelector("[data-single-keys]");
  const opener = document.querySelector("[data-open-keys]");
  box.checked = singleKeys();
  box.addEventListener("change", () => {
    try { localStorage.setItem(SWITCH, box.checked ? "on" : "off"); } catch { /* no storage: the switch lasts for this page */ }
  });
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", event => pressed(event, dialog, box));
}

function pressed(event, dialog, box) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return toBox();
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") return escape(event);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return arrow(event, typing);
  if (typing || !box.checked) return;
  const action = { "/": toBox, "?": () => dialog.showModal(), j: () => move(1), k: () => move(-1), c: () => copyFirst(...here()) }[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
}

function escape(event) {
  const open = document.querySelectorAll("details.facet[open], details.menu[open]");
  open.forEach(each => { each.open = false; });
  if (!open.length && event.target.closest("#hits")) toBox();
}

// Arrows scroll a page as ever; in a list, and from the last line of the box, they move.
function arrow(event, typing) {
  const step = event.key === "ArrowDown" ? 1 : -1;
  const inBox = typing && typing.matches("[data-box]");
  const inList = event.target.matches("[data-item]");
  if (inBox && step > 0 && waits()) return event.preventDefault();
  if (inList || (inBox && step > 0 && typing.selectionEnd === typing.value.length && items().length)) {
    event.preventDefault();
    move(step);
  }
}

function toBox() {
  const box = document.querySelector("[data-box]");
  if (!box) return;
  box.focus();
  box.select();
}

function items() {
  return [...document.querySelectorAll("[data-item]")].filter(each => each.offsetParent);
}

function move(step) {
  const all = items();
  const at = all.indexOf(document.activeElement);
  if (step < 0 && at === 0) return toBox();
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(at + step, all.length - 1)];
  if (next) {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

// Where the focus is, else where the address leads: the first command there or after it is the one that is meant.
function here() {
  const place = document.activeElement.closest(".hit, .section, .line");
  const target = document.querySelector(".section:target, .section:has(> .old-anchor:target)");
  return place ? [place, null] : [document, target];
}
