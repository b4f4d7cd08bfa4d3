// The large box: results replace in place as one types, the address is the state, and Back leads to the question before.
import { asked, howTyped, isTyped, note, noteOpened, opened } from "./address.js";
import { FINISHED, PAUSE, PAUSED, TYPING, WAIT, asker, better, enough, reordered, tellCount, tellNothing } from "./ask.js";
import { FIT, isLong, startBox } from "./box.js";
import { asGrid, fill, trouble } from "./results.js";

let search = null;

// An arrow that is pressed while the results are not yet those of the box is kept for them.
export function waits() {
  if (search) search.arrow = search.asking;
  return Boolean(search && search.asking);
}

export function startSearch() {
  const form = document.querySelector("form.box");
  if (!form) return;
  startBox(form.querySelector(".box-field"));
  search = new Search(form);
  form.addEventListener("input", () => search.typed());
  form.addEventListener("keydown", event => search.pressed(event));
  form.addEventListener("submit", event => search.submitted(event));
  search.hits.addEventListener("click", event => {
    const link = event.target.closest("a[data-item]");
    if (!link) return;
    noteOpened(link.getAttribute("href"));
    link.closest(".hit").classList.add("opened");
  });
  for (const sign of ["focusin", "pointerdown"]) search.results.addEventListener(sign, () => { search.shown.kept = true; });
  addEventListener("popstate", () => search.restore());
  addEventListener("pageshow", event => search.back(event));
}

class Search {
  constructor(form) {
    this.form = form;
    this.ways = document.getElementById("ways");
    this.results = document.getElementById("results");
    this.hits = document.getElementById("hits");
    this.ask = asker(form.dataset.live);
    this.asking = this.arrow = false;
    this.timer = 0;
    // Whose answer is on the page; `hurried`: there is a better order of it; `kept`: somebody has been in the list.
    this.shown = { text: this.text, typing: FINISHED };
    asGrid();
    this.settle();
  }

  get box() {
    return this.form.querySelector("[data-box]");
  }

  get text() {
    return this.box.value.trim();
  }

  get first() {
    return this.hits.querySelector("[data-item]");
  }

  get inResults() {
    return this.shown.kept || this.results.matches(":hover");
  }

  get looksUp() {
    return isLong(this.box.value);
  }

  typed() {
    this.label();
    clearTimeout(this.timer);
    if (this.looksUp) return this.close();
    if (!enough(this.text)) return this.empty(false);
    this.asking = true;
    this.arrow = false;
    this.timer = setTimeout(() => this.answer(TYPING), WAIT);
  }

  pressed(event) {
    if (event.target !== this.box || event.isComposing) return;
    if (event.key === "Escape" && this.box.value) {
      event.preventDefault();
      this.write("");
      this.empty(true);
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    if (!(event.ctrlKey || event.metaKey) || this.looksUp) return this.form.requestSubmit();
    open(`${this.form.dataset.page}?${new URLSearchParams({ q: this.text })}`, "_blank", "noopener");
  }

  // A long text goes to the look-up as the form says it; a question is finished here.
  async submitted(event) {
    if (this.looksUp) return;
    event.preventDefault();
    if (enough(this.text) && await this.answer(FINISHED)) this.enter();
  }

  enter() {
    if (this.first && document.activeElement === this.box) this.first.focus();
  }

  // Shows the answer to what stands in the box, and says whether it did. Where one is in the list already, it stays as it is.
  async answer(typing, noted = true) {
    clearTimeout(this.timer);
    const text = this.text;
    const known = text === this.shown.text && !better(typing, this.shown.typing);
    if (!known) {
      let found;
      try {
        found = await this.ask(text, typing);
      } catch {
        trouble();
        this.settle();
        return false;
      }
      if (!found) return false;
      if (!this.hits.contains(document.activeElement)) this.show(found, text, typing);
    }
    if (noted) this.note(text, known ? this.shown.typing : typing);
    this.settle();
    if (this.shown.hurried && text === this.text) this.pause();
    return true;
  }

  show(found, text, typing) {
    fill(found);
    this.shown = { text, typing, hurried: found.hurried, kept: false };
    this.showWays(false);
    tellCount(found.total);
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reorder(), PAUSE);
  }

  async reorder() {
    const { text } = this.shown;
    const found = await reordered(this.ask, text, () => text === this.text && !this.inResults);
    if (!found) return;
    fill(found);
    this.shown = { text, typing: PAUSED };
    this.note(text, PAUSED);
  }

  settle() {
    this.asking = false;
    this.box.setAttribute("aria-expanded", String(!this.results.hidden && Boolean(this.first)));
    if (this.box.localName === "textarea") this.box.removeAttribute("aria-expanded");
    if (this.arrow) this.enter();
    this.arrow = false;
  }

  close() {
    this.ask.drop();
    clearTimeout(this.timer);
    tellNothing();
    this.results.hidden = true;
    this.shown = { text: "", typing: FINISHED };
    this.arrow = false;
    this.settle();
  }

  // `apart`: the question can be had again with Back.
  empty(apart) {
    this.close();
    this.showWays(true);
    if (!this.text) this.note("", TYPING, apart);
  }

  note(text, typing, apart) {
    note(text || !this.ways ? this.form.dataset.page : "/", text, typing, apart);
    document.title = `${text || (this.ways ? "Home" : "Search")} · Hindsight`;
  }

  showWays(there) {
    if (this.ways) this.ways.hidden = !there;
    document.querySelectorAll(".pager").forEach(pager => { pager.hidden = true; });
  }

  write(text) {
    this.box.value = text;
    this.box.dispatchEvent(new Event(FIT, { bubbles: true }));
    this.label();
  }

  label() {
    this.form.querySelector("[data-ask]").textContent = this.looksUp ? "Look this up" : "Search";
  }

  // Back and Forward among questions; another page of results, or the first page from here, is asked for as a whole.
  async restore() {
    const others = [...new URL(location.href).searchParams.keys()].some(name => name !== "q");
    if (others || (!this.ways && location.pathname !== this.form.dataset.page)) return location.reload();
    const text = asked();
    this.write(text);
    document.title = `${text || (this.ways ? "Home" : "Search")} · Hindsight`;
    if (!enough(text)) {
      this.close();
      return this.showWays(true);
    }
    const inList = this.hits.contains(document.activeElement);
    if (inList) document.activeElement.blur();
    await this.answer(howTyped(), false);
    if (inList && this.first) this.first.focus();
  }

  // Back from a hit: the same list, and the focus where it was.
  async back(event) {
    const [navigation] = performance.getEntriesByType("navigation");
    if (!event.persisted && (!navigation || navigation.type !== "back_forward")) return;
    if (isTyped() && !event.persisted && enough(this.text)) {
      this.shown = { text: "", typing: FINISHED };
      await this.answer(howTyped(), false);
    }
    const link = [...this.hits.querySelectorAll("[data-item]")].find(each => each.getAttribute("href") === opened());
    if (!link) return;
    link.closest(".hit").classList.add("opened");
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest" });
  }
}
