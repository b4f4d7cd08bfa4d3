// The address is the state of a search. What is being typed replaces its own entry of the history; a question that was finished keeps its own.
export function asked() {
  return (new URL(location.href).searchParams.get("q") || "").trim();
}

// How it was asked while one typed; false where it was finished.
export function howTyped() {
  return (history.state && history.state.typing) || false;
}

export function isTyped() {
  return Boolean(howTyped());
}

// `apart`: in an entry of its own even while one types, so that Back leads to what was there.
export function note(path, text, typing, apart = false) {
  const address = new URL(path, location.href);
  if (text) address.search = new URLSearchParams({ q: text });
  const same = location.pathname === address.pathname && asked() === text;
  if (same) history.replaceState({ ...history.state, typing }, "");
  else if (isTyped() && !apart) history.replaceState({ typing }, "", address);
  else history.pushState({ typing }, "", address);
}

export function noteOpened(href) {
  history.replaceState({ ...history.state, opened: href }, "");
}

export function opened() {
  return history.state && history.state.opened;
}
