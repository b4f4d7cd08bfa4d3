// After a hit is opened, the words that were found are marked on its page until they are dismissed, without touching the page's own markup.
import { say } from "./page.js";

const KEY = "found";
const MOST = 400;
// A hit may be opened in a tab of its own, which knows nothing of this one: the note for it is good for so long.
const FRESH = 20_000;
// A beginning that is shorter than this is marked only where it is the whole word.
const SHORT = 4;

export function remember(url, words) {
  const note = JSON.stringify({ path: new URL(url, location.href).pathname, words, at: Date.now() });
  try { localStorage.setItem(KEY, note); } catch { /* no storage: nothing is marked */ }
}

function rememberOpened(results) {
  const opened = event => {
    const link = event.target.closest("#hits a[data-item]");
    if (link) remember(link.href, results.dataset.words.split(" ").filter(Boolean));
  };
  results.addEventListener("click", opened);
  results.addEventListener("auxclick", opened);
}

// The note is taken out of what all tabs share, and kept for this tab alone, so that it holds when the page is loaded again.
function taken() {
  try {
    const shared = JSON.parse(localStorage.getItem(KEY));
    if (shared && (shared.path === location.pathname || Date.now() - shared.at > FRESH)) localStorage.removeItem(KEY);
    const fresh = shared && shared.path === location.pathname && Date.now() - shared.at <= FRESH;
    if (fresh) sessionStorage.setItem(KEY, JSON.stringify(shared));
    const own = fresh ? shared : JSON.parse(sessionStorage.getItem(KEY));
    return own && own.path === location.pathname ? own.words : [];
  } catch {
    return [];
  }
}

let unmark = null;

export function startFound() {
  const results = document.getElementById("results");
  if (results) rememberOpened(results);
  document.getElementById("found-bar").querySelector("button").addEventListener("click", dismiss);
  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && unmark && !event.defaultPrevented && !document.querySelector("dialog[open]")) dismiss();
  });
  markFound();
}

export function markFound() {
  const text = document.querySelector(".page .text");
  const words = text ? taken() : [];
  if (unmark) unmark();
  const ranges = words.length ? places(text, pattern(words)) : [];
  unmark = ranges.length ? mark(ranges) : null;
  const many = `${ranges.length}${ranges.length === MOST ? " or more" : ""} word${ranges.length === 1 ? "" : "s"}`;
  const bar = document.getElementById("found-bar");
  bar.querySelector("span").textContent = `${many} marked`;
  bar.hidden = !ranges.length;
}

function dismiss() {
  unmark();
  unmark = null;
  document.getElementById("found-bar").hidden = true;
  try { sessionStorage.removeItem(KEY); } catch { /* no storage: there was no note either */ }
  say("Marks removed.");
}

function pattern(words) {
  const begins = words.map(word => {
    const plain = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return word.length < SHORT ? `${plain}(?![\\p{L}\\p{N}])` : `${plain}[\\p{L}\\p{N}]*`;
  });
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${begins.join("|")})`, "giu");
}

function places(text, found) {
  const ranges = [];
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && ranges.length < MOST; node = walker.nextNode()) {
    for (const match of node.data.matchAll(found)) {
      const range = new Range();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      ranges.push(range);
    }
  }
  return ranges;
}

// Marks, and gives what takes the marks away again. A browser without highlights gets elements, from the last on, so that no range moves.
function mark(ranges) {
  if (globalThis.Highlight && CSS.highlights) {
    CSS.highlights.set(KEY, new Highlight(...ranges));
    return () => CSS.highlights.delete(KEY);
  }
  const marks = ranges.reverse().map(range => {
    const made = document.createElement("mark");
    range.surroundContents(made);
    return made;
  });
  return () => marks.forEach(each => {
    const parent = each.parentNode;
    each.replaceWith(...each.childNodes);
    parent.normalize();
  });
}
