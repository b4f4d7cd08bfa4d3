// Every page works without this. What is added: copying, the reader's own time, keys, results as one types, found words marked.
import { equip } from "./copy.js";
import { addLocalTimes } from "./times.js";
import { startKeys } from "./keys.js";
import { startFinder } from "./finder.js";
import { startFeedback } from "./feedback.js";
import { startSearch } from "./search.js";
import { startFound } from "./found.js";
import { startSuggestions } from "./suggestions.js";
import { openTarget, preparePrint, settleFocus } from "./page.js";

equip(document);
addLocalTimes(document);
settleFocus(document);
addEventListener("resize", () => settleFocus(document));
openTarget();
preparePrint();
startFound();
startSearch();
startFeedback();
startFinder();
startKeys();
startSuggestions();
