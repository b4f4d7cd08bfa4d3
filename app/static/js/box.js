// The large box. One line is a combobox (by ARIA it has one line only); what is longer needs a textarea. Each takes the other's place.
const LONG = 200;
const COMBOBOX = {
  type: "text", role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "grid", "aria-controls": "hits", "aria-expanded": "false",
};

// Sent to the field when its text was set by a script.
export const FIT = "fit";

// Not a question any more, but something to be looked up.
export function isLong(text) {
  return text.length > LONG || text.trim().includes("\n");
}

export function startBox(place) {
  const fit = () => {
    const field = place.querySelector("[data-box]");
    if (field.localName === "input") return isLong(field.value) && become(field, "textarea");
    // While one shortens a long text it keeps its lines; the field that the page came with holds a question.
    const stays = field.value && (isLong(field.value) || "many" in field.dataset);
    if (stays) grow(field);
    else become(field, "input");
  };
  // A field of one line would lose the line ends of what is pasted or dropped.
  const take = (event, given) => {
    const field = event.target;
    const text = given ? given.getData("text/plain") : "";
    if (field.localName !== "input" || !isLong(text)) return;
    event.preventDefault();
    const at = field.selectionStart + text.length;
    const whole = field.value.slice(0, field.selectionStart) + text + field.value.slice(field.selectionEnd);
    become(field, "textarea", whole, at).dispatchEvent(new Event("input", { bubbles: true }));
  };
  place.addEventListener("paste", event => take(event, event.clipboardData));
  place.addEventListener("drop", event => take(event, event.dataTransfer));
  place.addEventListener("input", fit);
  place.addEventListener(FIT, fit);
  fit();
}

function become(field, name, text = field.value, at = field.selectionEnd) {
  const other = document.createElement(name);
  for (const each of ["id", "name", "class", "autocomplete", "autocapitalize", "spellcheck", "enterkeyhint", "placeholder", "data-box"]) {
    if (field.hasAttribute(each)) other.setAttribute(each, field.getAttribute(each));
  }
  if (name === "input") Object.entries(COMBOBOX).forEach(([each, value]) => other.setAttribute(each, value));
  else other.dataset.many = "";
  const focused = document.activeElement === field || (field.autofocus && document.activeElement === document.body);
  other.value = text;
  field.replaceWith(other);
  if (focused) other.focus();
  if (focused) other.setSelectionRange(at, at);
  if (name === "textarea") grow(other);
  return other;
}

// Where the browser does not size the box by its content.
function grow(box) {
  if (!CSS.supports("field-sizing", "content")) box.rows = Math.min(10, box.value.split("\n").length);
}
