// Questions while one types: a newer one puts an end to the older, whose answer is dropped even where it still arrives.
import { say } from "./page.js";

export const WAIT = 60;
// Who has not typed for that long has paused: then there is time for a better order, where the answer says that there is one.
export const PAUSE = 1000;
// How a question is asked. Each takes the time for a better answer than the one before it.
export const TYPING = "1", PAUSED = "paused", FINISHED = false;
const HOW = [TYPING, PAUSED, FINISHED];
const QUIET = 700;
let telling = 0;

// One letter says nothing yet; one sign of a script that writes words in signs does.
export function enough(text) {
  return text.length > 1 || text > "\u2e80";
}

export function better(how, than) {
  return HOW.indexOf(how) > HOW.indexOf(than);
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
    asked.search = new URLSearchParams(typing ? { q: text, typing } : { q: text });
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

// The same hits in the better order; null where one is in the list (or the question is another) before or by then: nothing moves under a finger.
export async function reordered(ask, text, may) {
  const found = may() ? await ask(text, PAUSED).catch(() => null) : null;
  return may() ? found : null;
}

// Said when one stops typing, not at each key.
export function tellCount(total) {
  clearTimeout(telling);
  telling = setTimeout(() => say(total ? `${total} result${total === 1 ? "" : "s"}.` : "Nothing found."), QUIET);
}

export function tellNothing() {
  clearTimeout(telling);
}
