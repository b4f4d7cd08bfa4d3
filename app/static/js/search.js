// Results replace in place as one types. The page is filled by cloning templates and setting text: no HTML is ever made from an answer.
import { equip } from "./copy.js";
import { settleFocus } from "./page.js";

const WAIT = 60;

// Set while the results on the page are not yet those of the box; an arrow pressed meanwhile is kept for them.
let asking = false;
let arrow = false;

export function waits() {
  arrow = asking;
  return asking;
}

function settled(box) {
  asking = false;
  const first = document.querySelector("#hits [data-item]");
  if (arrow && first && document.activeElement === box) first.focus();
  arrow = false;
}

export function startSearch() {
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const box = form.querySelector("[data-box]");
  let asked = box.value.trim();
  let shown = asked;
  let request = null;
  let timer = 0;

  const ask = async () => {
    const text = box.value.trim();
    if (text === asked) return shown === asked && settled(box);
    asked = text;
    if (request) request.abort();
    request = new AbortController();
    try {
      if (text) show(form, text, await answer(form, text, request.signal));
      else clear(form);
      shown = text;
    } catch (error) {
      if (error.name === "AbortError") return;
      asked = shown;
      trouble();
    }
    settled(box);
  };
  box.addEventListener("input", () => {
    grow(box);
    asking = true;
    arrow = false;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    const first = document.querySelector("#hits [data-item]");
    const here = location.pathname === new URL(form.action).pathname && !document.getElementById("ways");
    if (here && first && first.offsetParent && shown === box.value.trim()) first.focus();
    else form.requestSubmit();
  });
  grow(box);
}

async function answer(form, text, signal) {
  const address = new URL(form.dataset.live, location.href);
  address.search = new URLSearchParams({ q: text, typing: "1" });
  const response = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
}

function show(form, text, found) {
  fill(found);
  const page = new URL(form.action);
  page.search = new URLSearchParams({ q: text });
  history.replaceState(null, "", page);
  document.title = `${text} · Hindsight`;
}

function trouble() {
  document.getElementById("results").hidden = false;
  document.getElementById("summary").textContent = "The site does not answer; press Enter to ask again. What is below is from before.";
}

// Where the browser does not size the box by its content.
function grow(box) {
  if (!CSS.supports("field-sizing", "content")) box.rows = Math.min(10, box.value.split("\n").length);
}

function clear(form) {
  document.getElementById("results").hidden = true;
  const ways = document.getElementById("ways");
  if (ways) ways.hidden = false;
  history.replaceState(null, "", ways ? "/" : form.action);
}

function fill(answer) {
  const ways = document.getElementById("ways");
  if (ways) ways.hidden = true;
  const pager = document.querySelector(".pager");
  if (pager) pager.hidden = true;
  document.getElementById("results").hidden = false;
  document.getElementById("summary").textContent = answer.summary;
  document.getElementById("messages").replaceChildren(...answer.messages.map(text => element("li", text)));
  document.getElementById("hits").replaceChildren(...answer.hits.map(hit));
  document.getElementById("nothing").hidden = answer.total > 0;
  fillFacets(answer.facets);
  const chosen = document.getElementById("chosen");
  chosen.replaceChildren(...answer.chosen.map(chip));
  chosen.hidden = !answer.chosen.length;
  const hits = document.getElementById("hits");
  equip(hits);
  settleFocus(hits);
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function clone(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function hit(card) {
  const item = clone("hit");
  const part = name => item.querySelector(`[data-part="${name}"]`);
  for (const name of ["kind_word", "severity", "date", "section", "meta", "fixed_by"]) part(name).textContent = card[name];
  part("words").textContent = card.title;
  part("title").href = card.url;
  if (card.severity) part("severity").className = `sev ${card.severity_class}`;
  const command = part("command");
  command.querySelector("code").textContent = card.command;
  if (card.refuse) command.dataset.refuse = card.refuse;
  part("snippet").replaceChildren(...card.snippet.map(([text, marked]) => marked ? element("mark", text) : document.createTextNode(text)));
  return item;
}

function fillFacets(facets) {
  const place = document.getElementById("facets");
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
