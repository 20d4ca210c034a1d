#!/usr/bin/env python3
"""Checks the links of a folder of HTML pages: each leads to a file of the folder, and to an anchor in it. Links to other hosts are not followed."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The links of a page, and its anchors."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors.update(attributes[name] for name in ("id", "name") if attributes.get(name))
        self.links.extend(attributes[name] for name in ("href", "src") if attributes.get(name))


def broken(book):
    """The links that lead nowhere."""
    # These two are shown in the place of other pages, so their links have another base.
    pages = {path.resolve(): Page(path.read_text()) for path in book.rglob("*.html") if path.name not in ("404.html", "toc.html")}
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                yield f"{path.relative_to(book.resolve())}: no such page: {link}"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                yield f"{path.relative_to(book.resolve())}: no such heading: {link}"


def main():
    book = Path(sys.argv[1])
    problems = sorted(set(broken(book)))
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(bool(problems))


main()
