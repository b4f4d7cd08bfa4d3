"""Stored HTML as a page shows it: links between documents resolved, wide things in their own scrolling region, code
ready to be copied.

The input was sanitised when it was ingested, so its markup is regular: lower-case names, quoted attributes, balanced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import unescape

from markupsafe import Markup, escape

from app.text.addresses import relative
from app.web.marks import mark, reason

TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^">]|"[^"]*")*)>')
TASK = re.compile(r"(<li>\s*(?:<p>)?)\[([ xX])\](?=\s)")
EMPTY_BOX, CHECKED_BOX = "\N{BALLOT BOX}", "\N{BALLOT BOX WITH CHECK}"
HREF = re.compile(r'\shref="([^"]*)"')

# From a link's target to where it leads, or None where it leads nowhere.
Resolve = Callable[[str], str | None]


def hrefs(pieces: Iterable[str]) -> set[str]:
    """Every relative link in this HTML."""
    found = {unescape(href) for html in pieces for href in HREF.findall(html)}
    return {href for href in found if relative(href)}


def page_html(html: str, resolve: Resolve) -> Markup:
    """The same HTML, fit for a page."""
    # A checklist's items are written `[ ]` and `[x]`.
    html = TASK.sub(lambda task: task[1] + (EMPTY_BOX if task[2] == " " else CHECKED_BOX), html)
    out: list[str] = []
    links: list[str] = []
    code = False
    end = 0
    for tag in TAG.finditer(html):
        out.append(mark(html[end : tag.start()], code))
        end = tag.end()
        closing, name, attributes = tag[1] == "/", tag[2], tag[3]
        if name == "a":
            out.append(links.pop() if closing and links else "" if closing else _link(attributes, resolve, links))
        elif name == "table":
            out.append(
                "</table></div>"
                if closing
                else '<div class="scroll" tabindex="0" role="group" aria-label="Table">' + tag[0]
            )
        elif name == "pre":
            out.append("</pre></div>" if closing else _block(html, tag.end()))
        else:
            out.append(tag[0])
        if name == "code":
            code = not closing
    out.append(mark(html[end:], code))
    return Markup("".join(out))  # noqa: S704 - sanitised at ingest; what is added here is escaped


def _link(attributes: str, resolve: Resolve, links: list[str]) -> str:
    """The opening tag; its closing one goes on the stack. A link that leads nowhere leaves its words."""
    href = HREF.search(attributes)
    target = unescape(href[1]) if href else ""
    if not target:
        links.append("")
        return ""
    if not relative(target):
        links.append("</a>")
        return f"<a{attributes}>"
    address = resolve(target)
    links.append("</a>" if address else "")
    return f'<a href="{escape(address)}">' if address else ""


def _block(html: str, start: int) -> str:
    """The frame of a code block: a script puts the Copy button in it, unless the code is not what it seems."""
    stop = html.find("</pre>", start)
    code = unescape(TAG.sub("", html[start : stop if stop >= 0 else None]))
    why = reason(code)
    refusal = f' data-refuse="{escape(why)}"' if why else ""
    return f'<div class="code"{refusal}><pre tabindex="0" role="group" aria-label="Command or output">'
