// Suggested tags by keys: y confirms, n rejects, u takes the last decision back; j and k move as in every list. The forms
// do the work: what is decided goes to the server, and the next suggestion stands where it was.
const PLACE = "suggestion-place";

export function startSuggestions() {
  const list = document.querySelector("[data-suggestions]");
  if (!list) return;
  list.querySelector("[data-suggestion-keys]").hidden = false;
  goOn(all(list));
  document.addEventListener("keydown", event => pressed(event, list));
}

function all(list) {
  return [...list.querySelectorAll("[data-suggestion]")];
}

function goOn(suggestions) {
  let place = null;
  try {
    place = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
  } catch { /* no storage: the first key of the next page goes to the first suggestion */ }
  if (place !== null && suggestions.length) focus(suggestions[Math.min(Number(place), suggestions.length - 1)]);
}

function focus(suggestion) {
  suggestion.querySelector("[data-item]").focus();
  suggestion.scrollIntoView({ block: "nearest" });
}

function pressed(event, list) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, dialog") || !document.querySelector("[data-single-keys]").checked) return;
  const value = { y: "confirmed", n: "rejected" }[event.key];
  if (!value && event.key !== "u") return;
  event.preventDefault();
  const suggestions = all(list);
  const at = suggestions.indexOf(document.activeElement.closest("[data-suggestion]"));
  const button = value ? suggestions[at]?.querySelector(`[value="${value}"]`) : list.querySelector("[data-undo]");
  // Nothing is decided that the reader was not on.
  if (value && at < 0 && suggestions.length) return focus(suggestions[0]);
  if (!button) return;
  try { sessionStorage.setItem(PLACE, String(Math.max(at, 0))); } catch { /* as above */ }
  button.form.requestSubmit(button);
}
