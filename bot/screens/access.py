"""What operators see of strangers: a request with its two buttons, and lists of who was let in and not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bot.screens.callbacks import Decide, ListAccess, encode
from bot.screens.views import Button, View
from bot.store import AccessState, Visitor

if TYPE_CHECKING:
    from bot.texts import Texts

REQUEST: Final = "request"
"""Where a decision was made: under the request itself; else it is the name of a list."""
PAGE_SIZE: Final = 8
LABEL: Final = 24
"""Characters of a name on a button."""


def request(visitor: Visitor, texts: Texts, *, asker: str) -> View:
    """Who wants to be let in; of a group, `asker` is the person who asked there."""
    if visitor.id < 0:
        text = texts("access-request-chat", title=visitor.name, id=str(visitor.id), who=asker)
    else:
        text = texts("access-request-person", who=who(visitor, texts))
    return View(
        text,
        (
            (
                Button(texts("button-let-in"), _decide(visitor, AccessState.LET_IN, REQUEST)),
                Button(
                    texts("button-refuse"), _decide(visitor, AccessState.REFUSED, REQUEST), style="danger"
                ),
            ),
        ),
    )


def who(visitor: Visitor, texts: Texts) -> str:
    """A name, with username and id: data, told apart from the rest of the line by its form."""
    name = visitor.name or texts("nameless")
    if visitor.username:
        return texts("access-who-username", name=name, username=visitor.username, id=str(visitor.id))
    return texts("access-who", name=name, id=str(visitor.id))


def listed(
    visitors: Sequence[Visitor],
    counts: Mapping[AccessState, int],
    texts: Texts,
    *,
    page: AccessState,
    start: int,
) -> View:
    """One page of a list, with what can be done about each, and the way to the other lists."""
    lines = [texts(f"access-page-{page.replace('_', '-')}", count=counts[page])]
    lines += [texts("access-line", who=who(visitor, texts)) for visitor in visitors]
    rows = [_verdicts(visitor, texts, page, start) for visitor in visitors]
    turning = []
    if start:
        turning.append(Button("‹", encode(ListAccess(page, max(0, start - PAGE_SIZE)))))
    if start + PAGE_SIZE < counts[page]:
        turning.append(Button("›", encode(ListAccess(page, start + PAGE_SIZE))))
    others = [
        Button(
            texts(f"button-access-{other.replace('_', '-')}", count=counts[other]),
            encode(ListAccess(other, 0)),
        )
        for other in AccessState
        if other != page
    ]
    return View("\n".join(lines), tuple(tuple(row) for row in (*rows, turning, others) if row))


def _verdicts(visitor: Visitor, texts: Texts, page: AccessState, start: int) -> list[Button]:
    name = (visitor.name or str(visitor.id))[:LABEL]
    row = []
    if page is not AccessState.LET_IN:
        label = texts("button-let-in-name", name=name)
        row.append(Button(label, _decide(visitor, AccessState.LET_IN, page, start)))
    if page is not AccessState.REFUSED:
        label = (
            texts("button-refuse") if page is AccessState.WAITING else texts("button-take-back", name=name)
        )
        row.append(Button(label, _decide(visitor, AccessState.REFUSED, page, start), style="danger"))
    return row


def _decide(visitor: Visitor, verdict: AccessState, page: str, start: int = 0) -> str:
    return encode(Decide(visitor.id, verdict, page, start))
