"""The pages that an answer rests on, listed as links below it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from bot.markup.links import in_ascii, is_linkable
from bot.markup.values import Entity, Text, utf16_len

MOST_SOURCES: Final = 5


def source_list(title: str, urls: Iterable[str]) -> Text:
    """`title` and a numbered line a page, the name of its host linked; empty where there is none.

    Each page comes once, whatever its scheme and with or without a slash at its end; what Telegram would not
    link does not come at all.
    """
    pages: dict[str, str] = {}
    for url in urls:
        if is_linkable(in_ascii(url)):
            pages.setdefault(url.partition("://")[2].rstrip("/").casefold(), url)
    text, entities = title, []
    for number, url in enumerate([*pages.values()][:MOST_SOURCES], 1):
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        text += f"\n{number}. "
        entities.append(Entity("text_link", utf16_len(text), utf16_len(host), url=in_ascii(url)))
        text += host
    return Text(text, tuple(entities)) if entities else Text("")


def below(text: Text, more: Text) -> Text:
    """Both as one text, a blank line between."""
    shift = utf16_len(text.text) + 2
    moved = (replace(entity, offset=entity.offset + shift) for entity in more.entities)
    return Text(f"{text.text}\n\n{more.text}", (*text.entities, *moved))
