"""Characters that deceive the eye in a command: invisible ones, ones that turn the reading order, letters of another
script.

They are shown by a mark, and such a command is not copied with a button: what would run is not what is seen.
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
# In prose only what turns the order of reading deceives; joiners and spaces belong to languages and pictures.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
WORD = re.compile(r"[^\W\d_]{2,}")
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((script for script in SCRIPTS if name.startswith(script)), "")


def mixed(word: str) -> bool:
    """Whether Latin letters stand beside look-alikes of another script in one word."""
    if word.isascii():
        return False
    scripts = {_script(letter) for letter in word} - {""}
    return "LATIN" in scripts and len(scripts) > 1


def reason(code: str) -> str | None:
    """Why a command should not be copied blindly; None where what is seen is what would run."""
    if found := HIDDEN.search(code.replace("\n", "")):
        unseen = f"U+{ord(found[0]):04X}"
        return f"It holds a character that cannot be seen ({unseen}). Type the command by hand, or ask its owner."
    if word := next(filter(mixed, WORD.findall(code)), None):
        return f"Letters of two scripts stand in one word ({word}). Type the command by hand, or ask its owner."
    return None


def _mark(found: re.Match[str]) -> str:
    name = f"U+{ord(found[0]):04X}"
    return f'<span class="unseen" title="{escape(unicodedata.name(found[0], "control character"))}">{name}</span>'


def _mark_word(found: re.Match[str]) -> str:
    word = found[0]
    return f'<span class="unseen" title="Letters of two scripts">{word}</span>' if mixed(word) else word


def mark(html: str, code: bool) -> str:
    """A piece of escaped text with a visible mark for each such character."""
    if html.isascii() and not (code and HIDDEN.search(html)):
        return html
    if not code:
        return TURNING.sub(_mark, html)
    return HIDDEN.sub(_mark, WORD.sub(_mark_word, html))


def plain(text: str, code: bool = False) -> Markup:
    """Plain text, escaped, with its marks."""
    return Markup(mark(str(escape(text)), code))  # noqa: S704 - escaped the line before; marks are our own
