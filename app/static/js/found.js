// After a hit is opened, the words that were searched for are marked on its page, without touching the page's own markup.
const KEY = "found";
const MOST = 400;

export function rememberSearch() {
  const hits = document.getElementById("hits");
  const box = document.querySelector("[data-box]");
  if (!hits || !box) return;
  hits.addEventListener("click", event => {
    const link = event.target.closest("a[data-item]");
    if (!link) return;
    const note = { path: new URL(link.href).pathname, words: words(box.value) };
    try { sessionStorage.setItem(KEY, JSON.stringify(note)); } catch { /* no storage: nothing is marked */ }
  });
}

function words(text) {
  const plain = text.replace(/\b[a-z]+:\S+/gi, " ");
  return (plain.match(/[\p{L}\p{N}_]+/gu) || []).filter(word => word.length > 1 && word !== "OR").map(word => word.toLowerCase());
}

export function markFound() {
  const text = document.querySelector(".page .text");
  if (!text || !globalThis.Highlight || !CSS.highlights) return;
  let note;
  try { note = JSON.parse(sessionStorage.getItem(KEY)); } catch { return; }
  if (!note || note.path !== location.pathname || !note.words.length) return;
  const found = new RegExp(`(?<![\\p{L}\\p{N}])(?:${note.words.join("|")})`, "giu");
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
  if (ranges.length) CSS.highlights.set("found", new Highlight(...ranges));
}
