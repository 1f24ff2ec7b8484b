"""A paragraph's inline tokens, written out as text with styles."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bot.markup.flow import Mono, Style, Writer
from bot.markup.links import is_linkable

if TYPE_CHECKING:
    from markdown_it.token import Token


class InlineWriter:
    """Writes inline tokens to `out`; where `links` is off, addresses are written out as text."""

    def __init__(self, out: Writer, *, links: bool = True) -> None:
        self._out = out
        self._links = links
        self._codes = itertools.count()
        self._style = Style()
        self._open: list[tuple[Token, Style, int]] = []
        """Links not yet closed: with the style around, and where their text begins."""

    def write(self, tokens: Sequence[Token], style: Style, *, newline: str) -> None:
        self._style = style
        depths = {"strong": int(style.bold), "em": 0, "s": 0}
        for token in tokens:
            name, _, side = token.type.rpartition("_")
            if name in depths:
                depths[name] += token.nesting
                bold, italic, strike = (depth > 0 for depth in depths.values())
                self._style = self._style._replace(bold=bold, italic=italic, strike=strike)
            elif token.type in {"softbreak", "hardbreak"}:
                self._out.write(newline, self._style)
            elif token.type == "code_inline":
                self._code(token.content)
            elif name == "link":
                self._open_link(token) if side == "open" else self._close_link()
            elif token.type == "image":
                self._image(token)
            else:
                self._out.write(token.content, self._style)

    def _code(self, content: str) -> None:
        # Links and code exclude each other; the link tells more.
        mono = None if self._style.link else Mono("code", "", next(self._codes))
        self._out.write(content, self._style._replace(mono=mono))

    def _image(self, token: Token) -> None:
        self._open_link(token)
        self._out.write(token.content, self._style)
        self._close_link()

    def _open_link(self, token: Token) -> None:
        url = _address(token)
        if _is_bracketed(token):
            self._out.write("<", self._style)
        self._open.append((token, self._style, self._out.length))
        if self._links and not self._style.link and is_linkable(url):
            self._style = self._style._replace(link=url)

    def _close_link(self) -> None:
        token, around, start = self._open.pop()
        url = _address(token)
        linked = self._style.link == url and not around.link
        readable = _readable(url)
        if self._out.length == start:
            self._out.write(readable, self._style)
        elif not linked and token.markup != "autolink" and url:
            self._out.write(f" ({readable})", self._style)
        self._style = self._style._replace(link=around.link)
        if _is_bracketed(token):
            self._out.write(">", self._style)
        title = str(token.attrs.get("title", ""))
        if title:
            self._out.write(f" ({title})", self._style)


def _address(token: Token) -> str:
    return str(token.attrs.get("href") or token.attrs.get("src") or "")


def _is_bracketed(token: Token) -> bool:
    """Not an address after all, whatever Markdown says: `<std:string>`."""
    url = _address(token)
    return token.markup == "autolink" and not is_linkable(url) and not url.startswith("mailto:")


def _readable(url: str) -> str:
    """As the model wrote it; the parser has escaped what is not ASCII."""
    try:
        return unquote(url, errors="strict")
    except UnicodeDecodeError:
        return url
