// The small box at the top of a page: the first hits in a list below it. A combobox with a listbox: the focus stays in the box, the choice moves.
import { PAUSE, TYPING, WAIT, asker, enough, reordered, tellCount, tellNothing } from "./ask.js";
import { markFound, remember } from "./found.js";
import { element, marked } from "./results.js";

const MOST = 8;
const LIST = "finder-list";

export function startFinder() {
  const form = document.querySelector("form.finder");
  if (!form) return;
  const finder = new Finder(form);
  const { box, list } = finder;
  box.addEventListener("input", () => finder.typed());
  box.addEventListener("keydown", event => finder.pressed(event));
  box.addEventListener("blur", () => finder.close());
  // The focus stays in the box, so a press in the list must not take it.
  list.addEventListener("mousedown", event => event.preventDefault());
  list.addEventListener("click", event => finder.open(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey));
  list.addEventListener("auxclick", event => event.button === 1 && finder.open(event.target.closest("[role=option]"), true));
}

class Finder {
  constructor(form) {
    this.form = form;
    this.box = form.querySelector("[data-box]");
    this.ask = asker(form.dataset.live);
    this.timer = 0;
    this.at = -1;
    this.hits = [];
    this.list = element("ul", "");
    this.list.id = LIST;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Hits");
    this.note = element("p", "", "finder-note");
    this.drop = element("div", "", "finder-drop");
    this.drop.append(this.list, this.note);
    form.append(this.drop);
    const says = { role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": LIST };
    Object.entries(says).forEach(([name, value]) => this.box.setAttribute(name, value));
    this.close();
  }

  get inList() {
    return this.at >= 0 || this.drop.matches(":hover");
  }

  get isOpen() {
    return !this.drop.hidden;
  }

  typed() {
    clearTimeout(this.timer);
    if (enough(this.box.value.trim())) this.timer = setTimeout(() => this.answer(), WAIT);
    else this.close();
  }

  async answer() {
    const text = this.box.value.trim();
    try {
      const found = await this.ask(text, TYPING);
      if (!found) return;
      this.show(found);
      tellCount(found.total);
      if (found.hurried && text === this.box.value.trim()) this.pause(text);
    } catch {
      this.hits = [];
      this.tell("The site does not answer; press Enter to ask again.");
    }
  }

  pause(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reorder(text), PAUSE);
  }

  async reorder(text) {
    const found = await reordered(this.ask, text, () => text === this.box.value.trim() && this.isOpen && !this.inList);
    if (found) this.show(found);
  }

  show(found) {
    this.hits = found.hits.slice(0, MOST);
    this.words = found.words;
    const rest = found.total > this.hits.length ? `All ${found.total} with Enter` : "Enter shows more of each";
    this.tell(found.total ? rest : "Nothing found. Enter shows what else there is.");
  }

  tell(note) {
    this.list.replaceChildren(...this.hits.map(option));
    this.list.hidden = !this.hits.length;
    this.note.textContent = note;
    this.drop.hidden = false;
    this.box.setAttribute("aria-expanded", String(this.hits.length > 0));
    this.choose(-1);
  }

  close() {
    clearTimeout(this.timer);
    this.ask.drop();
    tellNothing();
    this.drop.hidden = true;
    this.box.setAttribute("aria-expanded", "false");
    this.choose(-1);
  }

  choose(at) {
    this.at = at;
    [...this.list.children].forEach((each, place) => each.setAttribute("aria-selected", String(place === at)));
    const chosen = this.list.children[at];
    if (!chosen) return this.box.removeAttribute("aria-activedescendant");
    this.box.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = this.isOpen && this.list.children[this.at];
    if (event.isComposing) return;
    if (step) {
      event.preventDefault();
      if (this.isOpen) this.move(step);
      else if (enough(this.box.value.trim())) this.answer();
    } else if (event.key === "Escape" && (this.isOpen || this.box.value)) {
      event.preventDefault();
      if (!this.isOpen) this.box.value = "";
      this.close();
    } else if (event.key === "Enter" && (chosen || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (chosen) this.open(chosen, event.ctrlKey || event.metaKey);
      else window.open(`${this.form.action}?${new URLSearchParams({ q: this.box.value.trim() })}`, "_blank", "noopener");
    }
  }

  // Before the first and after the last comes the box itself, without a choice.
  move(step) {
    clearTimeout(this.timer);
    const places = this.hits.length + 1;
    this.choose((this.at + 1 + step + places) % places - 1);
  }

  open(chosen, beside) {
    if (!chosen) return;
    const { url } = this.hits[[...this.list.children].indexOf(chosen)];
    remember(url, this.words);
    if (beside) return window.open(url, "_blank", "noopener");
    location.assign(url);
    // It may be this very page, which then only moves.
    this.close();
    markFound();
  }
}

function option(card, place) {
  const item = element("li", "");
  item.id = `${LIST}-${place}`;
  item.setAttribute("role", "option");
  const head = element("p", "", "finder-title");
  head.append(element("span", card.kind_word, "kind"), " ");
  if (card.severity) head.append(element("span", card.severity, `sev ${card.severity_class}`), " ");
  const title = element("span", "", "heading");
  title.append(...marked(card.heading));
  head.append(title, element("span", card.section, "where"));
  const says = card.command.split("\n")[0] || card.step || card.fixed_by || card.meta;
  item.append(head, element("p", says, card.command ? "finder-fact code-name" : "finder-fact"));
  return item;
}
