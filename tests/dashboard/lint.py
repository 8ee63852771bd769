"""What every page must keep, whatever it shows: checked on each page that a test opens."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

from werkzeug.test import TestResponse

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "path",
        "rect",
        "source",
        "track",
        "wbr",
    ]
)
NHS_OWN = re.compile("regiturf"[::-1] + r"|assets\.nhs\.uk|nhsuk-header__logo", re.I)
"""The NHS's own lettering (no file of ours names it), its files, its logo."""
_NAMED = frozenset({"input", "select", "textarea"})


@dataclass
class Element:
    """One element: its tag, attributes, and the text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """An HTML page taken apart; `unclosed` and `stray` are tags that do not match."""

    html: str
    elements: list[Element] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.stray.append(tag)
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    @property
    def unclosed(self) -> list[str]:
        """Tags that were opened and never closed."""
        return [element.tag for element in self._open]

    def all(self, *tags: str) -> list[Element]:
        """The elements of these tags, in order."""
        return [element for element in self.elements if element.tag in tags]


def lint(response: TestResponse) -> None:
    """Fail with the reason if a page breaks a rule."""
    page = Page(response.text)
    assert response.text.startswith("<!DOCTYPE html>")
    assert (page.stray, page.unclosed) == ([], [])
    _frame(page)
    _headings(page)
    _ids_and_labels(page)
    _nothing_inline(page, response)
    assert not NHS_OWN.search(response.text)
    assert "anonymous" not in response.text.lower()


def _frame(page: Page) -> None:
    (html,) = page.all("html")
    assert html.attributes["lang"]
    assert html.attributes["dir"] in {"ltr", "rtl"}
    (title,) = page.all("title")
    assert re.fullmatch(r"(Error: )?\S.*\S – Hearback", title.text.strip(), re.S)
    (main,) = page.all("main")
    first_link = page.all("a")[0]
    assert first_link.attributes["href"] == "#" + main.attributes["id"]
    assert "not an NHS product" in page.all("footer")[0].text


def _headings(page: Page) -> None:
    headings = [int(element.tag[1]) for element in page.all("h1", "h2", "h3", "h4")]
    assert headings.count(1) == 1
    for before, after in pairwise(headings):
        assert after <= before + 1, f"a heading jumps from h{before} to h{after}"
    for element in page.all("h1", "h2", "h3", "a", "button", "caption", "th", "legend", "label"):
        assert element.text.strip(), f"an empty {element.tag}"


def _ids_and_labels(page: Page) -> None:
    ids = Counter(each.attributes["id"] for each in page.elements if "id" in each.attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    labelled = {element.attributes.get("for") for element in page.all("label")}
    for element in page.all(*_NAMED):
        if element.attributes.get("type") != "hidden":
            assert element.attributes.get("id") in labelled, f"{element} has no label"
    for element in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
            for target in element.attributes.get(name, "").split():
                assert target in ids, f"{name} points at no {target}"
        href = element.attributes.get("href", "")
        if href.startswith("#"):
            assert href[1:] in ids, f"{href} leads nowhere on this page"


def _nothing_inline(page: Page, response: TestResponse) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for script in page.all("script"):
        assert f"'nonce-{script.attributes['nonce']}'" in policy
        assert script.attributes["src"].startswith("/static/")
        assert script.text == ""
    assert page.all("style") == []
    for element in page.elements:
        written = [name for name in element.attributes if name == "style" or name.startswith("on")]
        assert written == [], f"{element.tag} has {written}"
