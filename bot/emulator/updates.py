"""The queue of updates for the bot: what is kept, what getUpdates gives, and what is confirmed."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from bot.emulator.refusals import Refusal
from bot.emulator.ticking import Clock, Pulse

Json = dict[str, Any]

KEPT_S = 24 * 3600
"""Updates are kept 24 hours: https://core.telegram.org/bots/api#getting-updates."""
MAX_POLL_S = 50
UPDATE_KINDS = frozenset(
    [
        *("message", "edited_message", "channel_post", "edited_channel_post", "business_connection"),
        *("business_message", "edited_business_message", "deleted_business_messages", "guest_message"),
        *("message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result"),
        *("callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll"),
        *("poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost"),
        *("removed_chat_boost", "managed_bot", "subscription", "stopped_message_generation"),
    ]
)
"""Every kind of the Bot API 10.3, most of which never happen here."""
ASKED_FOR_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds left out unless `allowed_updates` names them."""


def conflict(reason: str) -> Refusal:
    return Refusal(409, f"Conflict: {reason}")


@dataclass
class Waiting:
    """An update not yet confirmed."""

    json: Json
    queued_at_s: float

    @property
    def id(self) -> int:
        return int(self.json["update_id"])


class Updates:
    """What waits for the bot, whichever way it is fetched."""

    def __init__(self, clock: Clock, first_id: int) -> None:
        self._clock = clock
        self._next_id = first_id
        self.waiting: list[Waiting] = []
        self.allowed: frozenset[str] | None = None
        """None: Telegram's default set."""
        self.webhook: Json = {}
        """setWebhook's parameters while a webhook is set."""
        self.webhook_error: Json = {}
        """`last_error_date` and `last_error_message`, once a delivery has failed."""
        self.queued = Pulse()
        self.consumed = Pulse()
        """Beats when the bot took updates, or its webhook failed to."""
        self._poll: object | None = None
        """The poll that waits."""
        self._poll_ended_by = ""
        self.closed = False

    @property
    def last_id(self) -> int:
        """Id of the newest update there ever was."""
        return self._next_id - 1

    def allow(self, kinds: list[str] | None) -> None:
        """Sets `allowed_updates`; None keeps what was set before, an empty list is the default set."""
        if kinds is not None:
            known = UPDATE_KINDS & frozenset(kinds)
            self.allowed = known or None

    def wants(self, kind: str) -> bool:
        return kind not in ASKED_FOR_ONLY if self.allowed is None else kind in self.allowed

    def put(self, kind: str, payload: Json) -> Json | None:
        """Queues an update; None where the bot has not asked for this kind."""
        if not self.wants(kind):
            return None
        update = {"update_id": self._next_id, kind: copy.deepcopy(payload)}
        self._next_id += 1
        self.waiting.append(Waiting(update, self._clock.monotonic()))
        self.queued.beat()
        return update

    def put_raw(self, update: Json) -> Json:
        """Queues an update exactly as given (its `update_id` filled in where it has none)."""
        if "update_id" not in update:
            update = {"update_id": self._next_id, **update}
        self._next_id = max(self._next_id, update["update_id"]) + 1
        self.waiting.append(Waiting(copy.deepcopy(update), self._clock.monotonic()))
        self.queued.beat()
        return update

    def confirm(self, update_id: int) -> None:
        """Forgets every update up to this one."""
        self.waiting = [update for update in self.waiting if update.id > update_id]
        self.consumed.beat()

    def take(self, update: Waiting) -> None:
        """Forgets one update, which the webhook took."""
        if update in self.waiting:
            self.waiting.remove(update)
        self.webhook_error = {}
        self.consumed.beat()

    def refuse(self, fault: str, date: int) -> None:
        """Remembers why the webhook did not take an update."""
        self.webhook_error = {"last_error_date": date, "last_error_message": fault}
        self.consumed.beat()

    def drop_pending(self) -> None:
        self.confirm(self.last_id)

    def expire(self) -> None:
        oldest_s = self._clock.monotonic() - KEPT_S
        if self.waiting and self.waiting[0].queued_at_s < oldest_s:
            self.waiting = [update for update in self.waiting if update.queued_at_s >= oldest_s]
            self.consumed.beat()

    def end_poll(self, reason: str) -> None:
        """Ends a poll under way with 409, as another poll or setWebhook does."""
        self._poll, self._poll_ended_by = None, reason
        self.queued.beat()

    def resume(
        self, *, next_id: int, allowed: frozenset[str] | None, webhook: Json, waiting: list[Waiting]
    ) -> None:
        """Goes on from where an earlier queue was."""
        self._next_id, self.allowed, self.webhook, self.waiting = next_id, allowed, webhook, waiting
        self.queued.beat()

    def close(self) -> None:
        self.closed = True
        self.queued.beat()

    async def get(self, *, offset: int = 0, limit: int = 100, timeout_s: float = 0) -> list[Json]:
        """Waits for updates as getUpdates does; confirms those before `offset`."""
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        if offset < 0:  # counted from the end of the queue; earlier ones are forgotten
            kept = self.waiting[offset:]
            self.confirm(kept[0].id - 1 if kept else self.last_id)
        elif offset > 0:
            self.confirm(offset - 1)
        limit = limit if 1 <= limit <= 100 else 100
        ends_at_s = self._clock.monotonic() + max(0, min(timeout_s, MAX_POLL_S))
        self.expire()
        if not self.waiting and timeout_s > 0:
            await self._wait(ends_at_s)
        return [copy.deepcopy(update.json) for update in self.waiting[:limit]]

    async def _wait(self, ends_at_s: float) -> None:
        """Waits for an update until then.

        As in tdlib/telegram-bot-api's `Client::do_get_updates`, only a poll that waits ends another.
        """
        self.end_poll(
            "terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        self._poll = mine = object()
        try:
            while not self.waiting and not self.closed:
                left_s = ends_at_s - self._clock.monotonic()
                if left_s <= 0:
                    return
                await self.queued.wait_at_most(self._clock, left_s)
                if self._poll is not mine:
                    raise conflict(self._poll_ended_by)
        finally:
            if self._poll is mine:
                self._poll = None
