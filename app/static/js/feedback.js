// What became of a question is told to the site, and nothing of who asked: a result was opened, or the page was left without.
// Told of finished questions only: asked with Enter, looked at for a while, or answered by opening a result.
import { asked, isTyped } from "./address.js";
import { say } from "./page.js";

const KEY = "question";
const REST = 3000;
const RECENT = 600000;
const LONGEST = 200;

export function startFeedback() {
  const form = document.getElementById("was-this-it");
  const results = document.getElementById("results");
  if (!form || !results) return;
  let current = null;
  let shown = null;
  let timer = 0;

  const tell = opened => {
    if (!current || current.told) return;
    current.told = true;
    const told = new URLSearchParams({ q: current.text, opened: opened ? "yes" : "no" });
    if (!current.counted) told.set("asked", "yes");
    if (!current.counted && current.nothing) told.set("nothing", "yes");
    if (current.before) told.set("before", current.before);
    remember({ text: current.text, opened, at: Date.now() });
    navigator.sendBeacon(form.dataset.outcome, told);
  };
  // To go on typing is not to ask again.
  const rest = question => {
    if (current && current.text === question.text) {
      current.counted = current.counted || question.counted;
      return;
    }
    if (current && (current.counted || !goesOn(current.text, question.text))) tell(false);
    const last = recall();
    current = question;
    if (last && last.text === question.text) current.again = true;
    else if (last && !last.opened && !goesOn(last.text, question.text) && !goesOn(question.text, last.text)) current.before = last.text;
  };
  const look = counted => {
    clearTimeout(timer);
    const text = asked();
    const others = [...new URL(location.href).searchParams.keys()].some(name => name !== "q");
    shown = null;
    if (results.hidden || !text || text.length > LONGEST || text.includes("\n") || others) return;
    form.elements.q.value = text;
    shown = { text, counted, nothing: !document.getElementById("nothing").hidden };
    if (counted) rest(shown);
    else timer = setTimeout(() => results.hidden || rest(shown), REST);
  };
  const opened = event => {
    const link = event.target.closest("a");
    if (event.button > 1 || !(link || event.target.closest(".copy"))) return;
    if (shown) rest(shown);
    if (!link || link.matches("[data-item]")) tell(true);
    // A filter or another page asks on.
    else if (current) current.told = true;
  };

  look(true);
  // Every answer writes its summary anew, one without a hit too.
  new MutationObserver(() => look(!isTyped())).observe(document.getElementById("summary"), { childList: true });
  results.addEventListener("click", opened);
  results.addEventListener("auxclick", opened);
  addEventListener("pagehide", () => {
    if (current && !current.again) tell(false);
  });
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const yes = event.submitter.name === "yes";
    const link = event.submitter.closest(".hit").querySelector("[data-item]");
    const place = event.submitter.closest(".was-this-it");
    const answer = new URLSearchParams({ q: form.elements.q.value, [event.submitter.name]: link.getAttribute("href") });
    if (yes && shown) rest(shown);
    if (yes) tell(true);
    link.focus();
    const noted = await fetch(form.action, { method: "POST", body: answer }).then(response => response.ok, () => false);
    place.textContent = noted ? "Noted, thank you." : "That could not be noted.";
    say(place.textContent);
  });
}

function goesOn(text, other) {
  return other.toLowerCase().startsWith(text.toLowerCase());
}

function remember(question) {
  try { sessionStorage.setItem(KEY, JSON.stringify(question)); } catch { /* no storage: one question is not known to follow another */ }
}

function recall() {
  try {
    const last = JSON.parse(sessionStorage.getItem(KEY));
    return last && Date.now() - last.at < RECENT ? last : null;
  } catch {
    return null;
  }
}
