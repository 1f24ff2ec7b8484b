"""An answer as one text, however long: what there is to see of its Markdown."""

from __future__ import annotations

from bot.markup import Text
from bot.markup.splitting import parts

_NO_LIMIT = 10**9


def render(markdown: str) -> Text:
    contents = parts(markdown, limit=_NO_LIMIT, max_entities=_NO_LIMIT, files=False)
    if not contents:
        return Text("")
    (whole,) = contents
    assert isinstance(whole, Text)
    return whole
