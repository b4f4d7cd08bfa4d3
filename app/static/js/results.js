// The results on the page, filled by cloning templates and setting text: no HTML is ever made from an answer.
import { equip } from "./copy.js";
import { settleFocus } from "./page.js";

const byId = id => document.getElementById(id);

export function fill(answer) {
  byId("results").hidden = false;
  byId("results").dataset.words = answer.words.join(" ");
  byId("summary").textContent = answer.summary;
  fillCorrection(answer.correction);
  byId("messages").replaceChildren(...answer.messages.map(text => element("li", text)));
  byId("hits").replaceChildren(...answer.hits.map(hit));
  asGrid();
  byId("alike").hidden = !answer.alike.length;
  byId("alike").querySelector("ul").replaceChildren(...answer.alike.map(alike));
  byId("nothing").hidden = answer.total > 0;
  if (answer.onward) fillOnward(answer.onward);
  byId("explain").href = answer.explain || "#";
  byId("explain").parentElement.hidden = !answer.explain;
  fillFacets(answer.facets);
  byId("chosen").replaceChildren(...answer.chosen.map(chip));
  byId("chosen").hidden = !answer.chosen.length;
  equip(byId("hits"));
  settleFocus(byId("hits"));
}

// What a combobox opens may be a grid, and a grid's cell may hold links and buttons, which an option may not.
export function asGrid() {
  byId("hits").setAttribute("role", "grid");
  for (const each of byId("hits").children) {
    each.setAttribute("role", "row");
    each.firstElementChild.setAttribute("role", "gridcell");
  }
}

export function trouble() {
  byId("results").hidden = false;
  byId("summary").textContent = "The site does not answer; press Enter to ask again. What is below is from before.";
}

export function marked(parts) {
  return parts.map(([text, found]) => found ? element("mark", text) : document.createTextNode(text));
}

export function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function clone(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

function hit(card) {
  const item = clone("hit");
  const part = name => item.querySelector(`[data-part="${name}"]`);
  for (const name of ["kind_word", "severity", "date", "section", "meta", "step", "fixed_by", "pattern"]) part(name).textContent = card[name];
  part("heading").replaceChildren(...marked(card.heading));
  part("title").href = card.url;
  part("pattern").href = card.pattern_url || "#";
  if (card.severity) part("severity").className = `sev ${card.severity_class}`;
  const command = part("command");
  command.querySelector("code").textContent = card.command;
  if (card.refuse) command.dataset.refuse = card.refuse;
  part("snippet").replaceChildren(...marked(card.snippet));
  return item;
}

function alike(each) {
  const item = clone("alike-item");
  item.querySelector("a").textContent = each.title;
  item.querySelector("a").href = each.url;
  item.querySelector('[data-part="fixed_by"]').textContent = each.fixed_by || "not stated";
  item.querySelector('[data-part="why"]').textContent = each.why;
  return item;
}

function fillCorrection(correction) {
  const line = byId("correction");
  line.hidden = !correction;
  if (!correction) return;
  line.querySelector("b").textContent = correction.shown;
  line.querySelector("a").textContent = correction.asked;
  line.querySelector("a").href = correction.url;
}

function fillOnward(onward) {
  byId("write").href = onward.write;
  const place = byId("onward");
  const part = name => place.querySelector(`[data-part="${name}"]`);
  place.hidden = !onward.service;
  if (!onward.service) return;
  part("service").textContent = onward.service.word;
  part("service").href = onward.service.url;
  part("who").textContent = onward.who;
  part("runbooks").replaceChildren(...onward.runbooks.map(each => {
    const item = clone("runbook");
    item.firstElementChild.textContent = each.word;
    item.firstElementChild.href = each.url;
    return item;
  }));
}

function fillFacets(facets) {
  const place = byId("facets");
  const open = place.querySelector("details[open]");
  place.replaceChildren(...facets.map(facet => {
    const details = clone("facet");
    details.dataset.name = facet.name;
    details.open = Boolean(open) && open.dataset.name === facet.name;
    details.querySelector("summary").textContent = facet.word;
    details.querySelector("ul").replaceChildren(...facet.values.map(facetValue));
    return details;
  }));
}

function facetValue(value) {
  const item = clone("facet-value");
  const link = item.querySelector("a");
  const [word, count] = link.querySelectorAll("span");
  link.href = value.url;
  if (value.chosen) link.setAttribute("aria-current", "true");
  word.textContent = value.word;
  count.textContent = value.count;
  return item;
}

function chip(value) {
  const link = clone("chip");
  link.href = value.url;
  link.setAttribute("aria-label", `Remove the filter ${value.word}`);
  link.firstElementChild.textContent = value.word;
  return link;
}
