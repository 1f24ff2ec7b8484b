"""Who may use the bot: everyone, or the people and groups that the operator lists or has let in."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from telegram import Chat

if TYPE_CHECKING:
    from bot.store import KnownChat, Store


class Allowed:
    """The operator's lists. A listed group stays listed when it becomes a supergroup."""

    def __init__(
        self, *, users: Collection[int], chats: Collection[int], admins: Collection[int], store: Store
    ) -> None:
        self._everyone = not users and not chats
        self._people = frozenset(users) | frozenset(admins) | frozenset(chats)
        self._chats = set(chats)
        self._let_in: set[int] = set()
        self._store = store

    @property
    def everyone(self) -> bool:
        """There is no list."""
        return self._everyone

    async def load(self) -> None:
        """Whom the operators let in, and what the listed groups became while the bot ran before."""
        self._let_in = set(await self._store.access.let_in())
        for chat_id in list(self._chats):
            known = await self._store.chats.get(chat_id)
            if known is not None and known.migrated_to is not None:
                self._chats.add(known.migrated_to)

    def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        for chats in (self._chats, self._let_in):
            if old_chat_id in chats:
                chats.add(new_chat_id)

    def let_in(self, id_: int, *, allowed: bool) -> None:
        """What an operator has decided of a person or a group; the lists count all the same."""
        (self._let_in.add if allowed else self._let_in.discard)(id_)

    def __contains__(self, chat: Chat | KnownChat) -> bool:
        kind, chat_id = (chat.type, chat.id) if isinstance(chat, Chat) else (chat.kind, chat.chat_id)
        listed = self._people if kind == Chat.PRIVATE else self._chats
        return self._everyone or chat_id in listed or chat_id in self._let_in
