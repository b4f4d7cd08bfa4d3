// Questions while one types: a newer one puts an end to the older, whose answer is dropped even where it still arrives.
import { say } from "./page.js";

export const WAIT = 60;
const QUIET = 700;
let telling = 0;

// One letter says nothing yet; one sign of a script that writes words in signs does.
export function enough(text) {
  return text.length > 1 || text > "\u2e80";
}

// `ask` gives the answer, or null where another question was asked meanwhile; `ask.drop` gives up the last one.
export function asker(address) {
  let latest = 0;
  let request = null;
  const ask = async (text, typing) => {
    ask.drop();
    const mine = latest;
    request = new AbortController();
    const asked = new URL(address, location.href);
    asked.search = new URLSearchParams(typing ? { q: text, typing: "1" } : { q: text });
    try {
      const response = await fetch(asked, { signal: request.signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.statusText);
      const answer = await response.json();
      return mine === latest ? answer : null;
    } catch (error) {
      if (mine !== latest) return null;
      throw error;
    }
  };
  ask.drop = () => {
    latest += 1;
    if (request) request.abort();
  };
  return ask;
}

// Said when one stops typing, not at each key.
export function tellCount(total) {
  clearTimeout(telling);
  telling = setTimeout(() => say(total ? `${total} result${total === 1 ? "" : "s"}.` : "Nothing found."), QUIET);
}

export function tellNothing() {
  clearTimeout(telling);
}
