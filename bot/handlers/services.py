"""What handlers are given: the rooms below them, built once in the composition root."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.core.values import Conversation, Turn
from bot.handlers.incoming import conversation_of
from bot.model import Model
from bot.options.preferences import Preferences
from bot.options.roles import Roles

if TYPE_CHECKING:
    from telegram import Bot, Chat, Message, User

    from bot.answering.answering import Answering
    from bot.answering.spending import Spending
    from bot.config.settings import Settings
    from bot.delivery.redrawing import Redraws
    from bot.handlers.access import Access
    from bot.handlers.authority import Admins
    from bot.presenting.muting import Muting
    from bot.presenting.presenter import TelegramPresenter
    from bot.store import Store
    from bot.store.chat_moves import Moves
    from bot.texts import Catalogue


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    clock: Clock
    bot: Bot
    me: User
    store: Store
    model: Model
    answering: Answering
    presenter: TelegramPresenter
    redraws: Redraws
    preferences: Preferences
    catalogue: Catalogue
    admins: Admins
    access: Access
    moves: Moves
    spending: Spending
    muting: Muting
    roles: Roles

    async def conversation_of(self, message: Message) -> Conversation:
        """Where a message belongs, a comment on a comment to the comments of its post."""
        told, thread_id = conversation_of(message), message.message_thread_id
        if told.thread_id or not thread_id or message.is_topic_message:
            return told
        comments = Conversation(told.chat_id, -thread_id)
        return comments if await self.store.topics.is_known(comments) else told

    async def now_at(self, place: Conversation) -> Conversation:
        """Where a conversation is that was told of before: its group may have become a supergroup since."""
        known = await self.store.chats.get(place.chat_id)
        if known is None or known.migrated_to is None:
            return place
        return replace(place, chat_id=known.migrated_to)

    async def turn_pressed(self, turn_id: int, chat: Chat) -> Turn | None:
        """The turn that a button is about, if it was asked in the chat where the button was pressed."""
        turn = await self.store.turns.get(turn_id)
        return None if turn is None or turn.question.conversation.chat_id != chat.id else turn

    async def turn_told(self, turn_id: int, chat: Chat) -> Turn | None:
        """`turn_pressed` for a button under what came of it, which may be seen before it is written down."""
        turn = await self.turn_pressed(turn_id, chat)
        if turn is not None:
            await self.answering.runner.wait_until_delivered(turn)
        return turn if turn is None else await self.turn_pressed(turn_id, chat)

    async def may_have_it_again(self, turn: Turn, chat: Chat, user: User) -> bool:
        """Who asked, or an administrator: it counts as theirs who asked, whose share nobody else may use."""
        return turn.question.asker.id == user.id or await self.admins.is_one(chat, user)
