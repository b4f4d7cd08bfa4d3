// Small things of a page: what is folded opens for its anchor and for paper; only what really scrolls takes the focus.

export function say(text) {
  document.getElementById("say").textContent = text;
}

export function openTarget() {
  const open = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    const folded = target && target.closest("details:not([open])");
    if (folded) {
      folded.open = true;
      target.scrollIntoView();
    }
  };
  open();
  addEventListener("hashchange", open);
}

// Paper has what is folded, and links with the whole address.
export function preparePrint() {
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details:is(.before, .evidence, .fold)").forEach(each => { each.open = true; });
    document.querySelectorAll("main a[href]:not([href^='#'])").forEach(each => { each.dataset.address = each.href; });
  });
}

export function settleFocus(root) {
  for (const each of root.querySelectorAll("pre[tabindex], .scroll[tabindex]")) {
    each.tabIndex = each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight ? 0 : -1;
  }
}
