"""Every hostile row of the security notes goes through the one renderer."""

from __future__ import annotations

import time

import pytest

from app.text import markup

from .hostile import faults

NO_LINK = [
    "[a](javascript:x)",
    "[a](JaVaScRiPt:x)",
    "[a](&#106;avascript:x)",
    "[a](javascript&colon;x)",
    "[a](vbscript:x)",
    "[a](data:text/html;base64,PHN=)",
    "<a href='java&#x73;cript:x'>a</a>",
    "<a href='&#x20;&#x0A;javascript:x'>a</a>",
    '<a href="\x01javascript:x">a</a>',
    "[a]\n\n[a]: javascript:x",
    "<a href='java&#x09;script:x'>a</a>",
    "<a href='feed:javascript:x'>a</a>",
    "<a href='https:///@'>a</a>",
]


@pytest.mark.parametrize("hostile", NO_LINK)
def test_a_foreign_scheme_is_no_link(hostile: str) -> None:
    html = markup.render(hostile).html
    assert "href" not in html
    assert "a" in html
    assert not faults(html)


def test_a_tab_inside_a_scheme_leads_nowhere_but_to_a_file_of_that_name() -> None:
    html = markup.render("[a](java&#x09;script:x)").html
    assert 'href="java%09script:x"' in html


@pytest.mark.parametrize(
    ("hostile", "address", "shown"),
    [
        ("[a](//evil.example)", "https://evil.example", "evil.example"),
        (r'<a href="/\evil.example">a</a>', "https://evil.example", "evil.example"),
        ('<a href="/&#9;/evil.example">a</a>', "https://evil.example", "evil.example"),
        ("[a](https://good@evil.example/)", "https://evil.example/", "evil.example"),
        ("[a](http:evil.example)", "http://evil.example", "evil.example"),
        (r'<a href="\\evil.example/x">a</a>', "https://evil.example/x", "evil.example"),
        ('<a href="https:/evil.example">a</a>', "https://evil.example", "evil.example"),
        ("[good.example](https://evil.example)", "https://evil.example", "evil.example"),
    ],
)
def test_a_link_that_leads_out_says_where(hostile: str, address: str, shown: str) -> None:
    html = markup.render(hostile).html
    assert f'<a href="{address}" rel="noopener noreferrer nofollow">' in html
    assert f"<small>({shown})</small>" in html
    assert not faults(html)


def test_a_link_whose_words_show_its_host_is_left_as_it_is() -> None:
    assert "<small>" not in markup.render("<https://example.org/x>").html


@pytest.mark.parametrize(
    "hostile",
    [
        "![a](data:image/svg+xml;base64,x)",
        "![a](data:image/png;base64,AA)",
        '<img src="data:image/png;base64,AA" alt="a">',
    ],
)
def test_data_is_no_image(hostile: str) -> None:
    html = markup.render(hostile).html
    assert "<img" not in html
    assert "data:" not in html.replace("[a](data:", "").replace("![a](data:", "")
    assert not faults(html)


@pytest.mark.parametrize(
    "image", ["![x](https://tracker.example/p.gif)", '<img width="3" alt="x" src="https://tracker.example/p.gif" />']
)
def test_an_image_elsewhere_becomes_a_link(image: str) -> None:
    html = markup.render(image).html
    assert '<a href="https://tracker.example/p.gif"' in html
    assert ">Image: x</a>" in html
    assert "<img" not in html


def test_an_image_in_a_link_leaves_its_words() -> None:
    assert '<a href="u" rel="noopener noreferrer nofollow">Image: b</a>' in markup.render("[![b](i.png)](u)").html


STRIPPED = [
    '[x](https://a "t\\" onmouseover=x")',
    '![x" onerror=x "](i.png)',
    '<https://a/"onclick=x>',
    '```js" onclick="x\ncode\n```',
    "```<script>\ncode\n```",
    "```{.py onclick=x}\ncode\n```",
    "```\nx</code></pre><img onerror=x>\n```",
    "`a`{onclick=x #location}",
    "# H {#cookie}",
    "[x](u){style=z}",
    "<p id=main class=modal hidden>text</p>",
    "# Location\n\n# constructor\n\n# __proto__",
    "<h2 id=location>text</h2>",
    "<img name=cookie>",
    "<form id=app>text</form>",
    "<a id=x name=y>text</a>",
    "<!-- password hunter2 -->",
    "<!--><img src=x onerror=x>-->",
    "<!--!><script>",
    "text <!-- hidden --> text",
    "<base href=//e>",
    "<meta http-equiv=refresh content=0>",
    "<form action=//e><button formaction=javascript:x>text</button></form>",
    "<link rel=stylesheet href=//e>",
    "<style>*{display:none}</style>",
    "<div style=position:fixed>text</div>",
    "<iframe srcdoc='<script>x</script>'></iframe>",
    "<object data=x></object>",
    "<img srcset=//e>",
    "<video poster=//e></video>",
    "<details ontoggle=x open><summary>s</summary>text</details>",
    "<svg><a><set attributeName=href to=javascript:x></a></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=x>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img onerror=x&gt;">',
    "<math><annotation-xml encoding=text/html><style><img onerror=x>",
    '<noscript><p title="</noscript><img onerror=x>">',
    '<textarea><p title="</textarea><img onerror=x>">',
    '<title><p title="</title><img onerror=x>">',
    '<xmp><p title="</xmp><img onerror=x>">',
    "<form><math><mtext></form><form><mglyph><style></math><img onerror=x>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</main></body><h1>Login</h1>",
    "<div><b>",
    "{{7*7}} ${x} {0.__class__}",
    "<p title='a' data-x=1 role=alert aria-label=x target=_blank>text</p>",
    "<input type=text autofocus onfocus=x><template><script>x</script></template>",
]


@pytest.mark.parametrize("hostile", STRIPPED)
def test_nothing_hostile_comes_out(hostile: str) -> None:
    html = markup.render(hostile).html
    assert not faults(html)
    assert markup.clean(html) == html


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- hunter2 -->",
        "a\n<!--\nhunter2\n\nhunter2\n-->\nb",
        "x <!-- hunter2 --> y",
        "<script>hunter2</script>",
        "<style>hunter2</style>",
        "x <script>hunter2</script>",
    ],
)
def test_what_a_page_hides_is_in_neither_page_nor_index(hidden: str) -> None:
    assert "hunter2" not in markup.render(hidden).html
    assert "hunter2" not in markup.plain(hidden)


def test_braces_stay_literal() -> None:
    assert "{{7*7}} ${x} {0.__class__}" in markup.render("`{{7*7}} ${x} {0.__class__}`").html


def test_characters_that_deceive_are_left_for_the_page_to_mark() -> None:
    """The page shows them; taking them out here would make what is copied differ from the file."""
    code = "```\na\u202eb\u200bc\u00a0d\n```"
    assert all(sign in markup.render(code).html or sign == "\u00a0" for sign in "\u202e\u200b\u00a0")


def test_a_language_is_the_only_class() -> None:
    assert '<code class="language-c++">' in markup.render("```c++\nx\n```").html
    assert "class" not in markup.render("```c++;x\nx\n```").html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ('See [RAID]({{< ref "./NodeRAIDDegraded.md" >}}).', '<a href="./NodeRAIDDegraded.md"'),
        ("{{< hint info >}}\ninner\n{{< /hint >}}", "inner"),
        ("{{% notice %}}kept{{% /notice %}}", "kept"),
        ('resolved {{< track "2018-04-13 17:30:00" >}}', "2018-04-13 17:30:00"),
        ("v{{< param version >}}", "<p>v</p>"),
    ],
)
def test_shortcodes_leave_what_they_hold(markdown: str, html: str) -> None:
    shown = markup.render(markdown).html
    assert html in shown
    assert "{{" not in shown


def test_go_templates_in_commands_are_no_shortcodes() -> None:
    command = "```\nkubectl get -o template='{{range .items}}{{.name}}{{end}}'\n```"
    assert "{{range .items}}{{.name}}{{end}}" in markup.plain(command)


def test_details_tables_and_strikethrough_are_kept() -> None:
    html = markup.render("<details>\n<summary>Full</summary>\n\n| a | b |\n|---|---|\n| 1 | ~~2~~ |\n\n</details>").html
    assert "<details>" in html
    assert "<summary>Full</summary>" in html
    assert "<td><s>2</s></td>" in html


def test_plain_text_keeps_code_and_loses_markup() -> None:
    text = markup.plain(
        "**Run** `kubectl get po` and\nlook:\n\n```sh\n$ a < b && c\n```\n\n| x | y |\n|---|---|\n| 1 | 2 |\n"
    )
    assert text == "Run kubectl get po and\nlook:\n$ a < b && c\nx\ty\n1\t2"


def test_links_are_told_as_written() -> None:
    text = "[a](../kubernetes/KubeX.md#top) [b](https://example.org) [a](../kubernetes/KubeX.md#top) ![p](p.png)"
    assert markup.links(text) == ("../kubernetes/KubeX.md#top", "https://example.org", "p.png")


WORST = {
    "wide tables": ("|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "|a\n" * 300 + "\n") * 6,
    "equal headings": "# a\n" * 10_000,
    "addresses": "http://" + "\u00a1" * 16_000,
    "nested tags": "<div>\n" * 100_000,
    "open brackets": "[" * 19_000,
    "images": "![](" * 4_900,
    "emphasis": "*a_" * 6_000,
    "quotes": ">" * 19_000,
    "comments": "<!--\n" * 100_000,
    "open tags": "<a " * 6_000,
    "shortcodes": ("{{<" * 6_000 + "\n") * 50,
    "pictures": ("<img " * 3_900 + "\n") * 40,
    "formatting": "".join(f"<b a={n}>" for n in range(190)) + "\n\nx" * 50_000,
    "unclosed formatting": "<b><i><u>" * 60 + "\n\n" + "x\n\n" * 20_000,
    "references": "".join(f"[{n}]: a\n" for n in range(20_000)),
    "entities": "&" * 19_000,
    "lists": "".join("  " * n + "- a\n" for n in range(150)),
    "backticks": "".join("`" * n + "a" for n in range(190)),
    "one long line": "x" * 30_000,
    "a large text": "word " * 250_000,
}


@pytest.mark.parametrize("name", WORST)
def test_no_text_takes_long(name: str) -> None:
    started = time.process_time()
    rendered = markup.render(WORST[name])
    # Twenty times what one core took; the unguarded ones took minutes.
    assert time.process_time() - started < 5
    assert len(rendered.html) <= 20 * len(WORST[name]) + 100_000 or rendered.problems
    assert not faults(rendered.html)


@pytest.mark.parametrize("name", ["wide tables", "nested tags", "one long line", "a large text"])
def test_what_is_too_much_is_shown_as_written_and_told(name: str) -> None:
    rendered = markup.render(WORST[name])
    assert rendered.html.startswith("<pre>")
    assert rendered.problems


def test_placeholders_in_code_are_no_nested_tags() -> None:
    assert not markup.render("```\n" + "<namespace> <pod>\n" * 300 + "```").problems


def test_the_host_of_a_link_is_no_part_of_the_index() -> None:
    assert markup.plain("[a](https://example.org)") == "a"
