"""Strangers ask to be let in: the operators are asked in private, and what they decide is carried out."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from telegram import ReplyParameters
from telegram.error import ChatMigrated, Forbidden, NetworkError

from bot.core.clock import Clock
from bot.core.tasks import Background
from bot.core.values import Conversation
from bot.handlers.allowed import Allowed
from bot.options.preferences import Preferences
from bot.screens import access as screens
from bot.screens.callbacks import Decide
from bot.screens.names import plain_name
from bot.screens.views import View
from bot.store import AccessState, Knock, Store, StoreUnavailable, Visitor

if TYPE_CHECKING:
    from telegram import Bot

    from bot.presenting.operators import Operators

log = logging.getLogger(__name__)

COUNT_AGAIN_S: Final = 3.0
"""How often the line that counts a flood changes, at most."""
COUNT_ANEW_S: Final = 24 * 3600.0
"""How old that line may be: then it is said in a new message."""


class AccessRequests:
    def __init__(
        self,
        *,
        bot: Bot,
        store: Store,
        clock: Clock,
        allowed: Allowed,
        operators: Operators,
        preferences: Preferences,
        take_up: Callable[[], Awaitable[None]],
    ) -> None:
        """`take_up` deals with what was put back into the inbox."""
        self._bot = bot
        self._store = store
        self._allowed = allowed
        self.operators = operators
        self._preferences = preferences
        self._take_up = take_up
        self._rest = Uncounted(operators, clock)
        self._under_way: set[int] = set()
        """Whom the operators are being asked about just now."""

    async def pass_on_owed(self) -> None:
        """Passes on what the last run took down and did not get to, and what no operator could be told."""
        for visitor, asker in await self._store.access.owed():
            try:
                await self._pass_on(visitor, asker)
            except StoreUnavailable as error:
                log.warning("a request stays owed: %s", error)

    async def ask(self, knock: Knock, *, asker: str) -> None:
        """Asks the operators, if it is time to."""
        if knock.ask:
            await self._pass_on(knock.visitor, asker)
        elif knock.uncounted:
            self._rest.count(knock.uncounted)

    async def _pass_on(self, visitor: Visitor, asker: str) -> None:
        """Owed until an operator has it: a kill in between makes it come twice, not never."""
        if visitor.id in self._under_way:
            return
        self._under_way.add(visitor.id)
        try:
            await self._ask_all(visitor, asker)
        finally:
            self._under_way.discard(visitor.id)

    async def _ask_all(self, visitor: Visitor, asker: str) -> None:
        reached = False
        for operator in self.operators:
            texts = await self.operators.texts(operator)
            name = plain_name(asker) or texts("nameless")
            shown = await self.operators.show(operator, screens.request(visitor, texts, asker=name))
            reached = reached or shown is not None
        if reached:
            await self._store.access.passed_on(visitor.id)

    async def decide(self, operator: int, button: Decide) -> tuple[Visitor | None, bool, str]:
        """The visitor as it was, whether this changed anything, and what to say to the operator.

        If it changed anything, `carry_out` is next: what waits for Telegram is there.
        """
        verdict, where = _state(button.verdict), _state(button.page)
        if verdict is None:
            return None, False, ""
        before = AccessState.WAITING if where is None else where
        known = await self._store.chats.get(button.visitor_id)
        id_ = known.migrated_to if known is not None and known.migrated_to else button.visitor_id
        visitor, changed = await self._store.access.decide(
            id_, verdict, by=operator, when=[before], told=_is_told(button)
        )
        if visitor is None or not changed:
            return visitor, False, "toast-decided"
        self._allowed.let_in(visitor.id, allowed=verdict is AccessState.LET_IN)
        return visitor, True, "toast-refused" if verdict is AccessState.REFUSED else "toast-let-in"

    async def carry_out(self, visitor: Visitor, button: Decide) -> str:
        """Tells who asked, and answers what they asked; what there is to say to the operator after that."""
        verdict = AccessState(button.verdict)
        reached = await self._tell(visitor, verdict) if _is_told(button) else True
        if verdict is AccessState.REFUSED:
            return "toast-refused"
        await self._take_up()
        return "toast-let-in" if reached else "toast-let-in-untold"

    async def _tell(self, visitor: Visitor, verdict: AccessState) -> bool:
        """Whether they could be told, in the place where they asked."""
        texts = await self._preferences.texts(Conversation(visitor.id), visitor.language)
        names = {"bot": self._bot.username} if verdict is AccessState.LET_IN and visitor.id < 0 else {}
        line = texts(f"access-{verdict.value.replace('_', '-')}-{_kind(visitor.id)}", **names)
        asked: dict[str, Any] = json.loads(visitor.question)["message"] if visitor.question else {}
        there: dict[str, Any] = {}
        if visitor.id < 0 and asked.get("chat", {}).get("id") == visitor.id:
            there["reply_parameters"] = ReplyParameters(asked["message_id"], allow_sending_without_reply=True)
            there["message_thread_id"] = (
                asked.get("message_thread_id") if asked.get("is_topic_message") else None
            )
        try:
            await self._bot.send_message(visitor.id, line, **there)
        except (Forbidden, NetworkError, ChatMigrated) as gone:
            log.info("a stranger can't be told: %s", type(gone).__name__)
            return False
        return True

    async def close(self) -> None:
        await self._rest.close()


@dataclass(frozen=True, slots=True)
class _Line:
    message_id: int
    sent_s: float
    count: int
    """That stands in it."""


class Uncounted:
    """One line an operator, changed as the number grows, for all whom there was no asking about."""

    def __init__(self, operators: Operators, clock: Clock) -> None:
        self._operators = operators
        self._clock = clock
        self._background = Background()
        self._count = 0
        self._telling = False
        self._lines: dict[int, _Line] = {}
        """By operator."""

    def count(self, count: int) -> None:
        self._count = count
        if not self._telling:
            self._telling = True
            self._background.spawn(self._tell())

    async def close(self) -> None:
        await self._background.close()

    async def _tell(self) -> None:
        said = 0
        try:
            while said != self._count:
                said = self._count
                for operator in self._operators:
                    await self._say(operator, said)
                await self._clock.sleep(COUNT_AGAIN_S)
        finally:
            self._telling = False

    async def _say(self, operator: int, count: int) -> None:
        line, now_s = self._lines.get(operator), self._clock.monotonic()
        if line is not None and now_s - line.sent_s >= COUNT_ANEW_S:
            line = None
        if line is not None and line.count == count:
            return
        view = View((await self._operators.texts(operator))("access-more", count=count))
        if line is None:
            if sent := await self._operators.show(operator, view):
                self._lines[operator] = _Line(sent, now_s, count)
        elif await self._operators.change(operator, line.message_id, view):
            self._lines[operator] = replace(line, count=count)


def line_of(knock: Knock) -> str:
    """The id of the line to tell a stranger now, or nothing."""
    if not knock.tell:
        return ""
    state = "refused" if knock.visitor.state is AccessState.REFUSED else "asked"
    return f"access-{state}-{_kind(knock.visitor.id)}"


def _is_told(button: Decide) -> bool:
    """Who was let in before and is not any more hears it when they next ask."""
    waited = _state(button.page) in {None, AccessState.WAITING}
    return waited or button.verdict == AccessState.LET_IN


def _state(word: str) -> AccessState | None:
    return AccessState(word) if word in set(AccessState) else None


def _kind(id_: int) -> str:
    return "chat" if id_ < 0 else "person"
