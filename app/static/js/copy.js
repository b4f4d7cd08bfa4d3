// A Copy button for every command. What is copied is what is seen, without the final newline; a command that hides something is not copied.
import { say } from "./page.js";

export function equip(root) {
  for (const frame of root.querySelectorAll(".code")) {
    if (frame.querySelector(".copy") || !frame.querySelector("code").textContent) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy command");
    button.addEventListener("click", () => copy(frame, button));
    frame.append(button);
  }
}

export function copyFirst(root, from) {
  const before = each => from && from.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING;
  const frame = [...root.querySelectorAll(".code")].find(each => each.querySelector(".copy") && each.offsetParent && !before(each));
  if (!frame) return say("There is no command here to copy.");
  frame.scrollIntoView({ block: "nearest" });
  copy(frame, frame.querySelector(".copy"));
}

async function copy(frame, button) {
  if (frame.dataset.refuse) return refuse(frame);
  const text = frame.querySelector("code").textContent.replace(/\n$/, "");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyBySelection(text)) return tell(button, "Select it");
  }
  tell(button, "Copied");
}

// Over plain http a browser offers no clipboard; the old way still works there.
function copyBySelection(text) {
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "unseen-label";
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return done;
}

function tell(button, word) {
  button.textContent = word;
  say(word === "Copied" ? "Command copied." : "The browser did not allow copying: select the text instead.");
  setTimeout(() => { button.textContent = "Copy"; }, 1600);
}

function refuse(frame) {
  let reason = frame.nextElementSibling;
  if (!reason || !reason.classList.contains("refusal")) {
    reason = document.createElement("p");
    reason.className = "refusal";
    frame.after(reason);
  }
  reason.textContent = `Not copied. ${frame.dataset.refuse}`;
  say(reason.textContent);
}
