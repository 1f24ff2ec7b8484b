"""One message of the bot's: sent, edited or deleted, with the ways around what Telegram refuses."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from telegram import InputFile, InputMediaDocument, LinkPreviewOptions, MessageEntity, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.core.unreachable import Muted, TopicGone, Unreachable
from bot.delivery.flood import Priority
from bot.delivery.refusals import FilesRefused, Meaning, Migrated, meaning
from bot.markup import Document, Entity, Text

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup, Message
    from telegram.ext import ExtBot

Content = Text | Document
Sent = TypeVar("Sent")

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where messages go. `thread_id` 0: no topic, or General; `reply_to` is the question's message."""

    chat_id: int
    thread_id: int = 0
    reply_to: int | None = None


class Poster:
    """Writes in one place; where the topic turns out to be gone, beside it from then on.

    Every method may raise `Unreachable`, `Migrated`, `TopicGone`, `FilesRefused`, what the flood control
    raises, and `BadRequest` for what Telegram refuses even as plain text.
    """

    def __init__(
        self, bot: ExtBot[Priority], to: Destination, *, priority: Priority = Priority.FINAL
    ) -> None:
        self._bot = bot
        self.priority = priority
        self.chat_id = to.chat_id
        self._thread_id = to.thread_id

    async def send(
        self, content: Content, keyboard: InlineKeyboardMarkup | None, *, reply_to: int | None
    ) -> int:
        """The new message's id."""
        while True:
            try:
                message = await self._translate_errors(self._post(content, keyboard, reply_to))
            except BadRequest as refusal:
                meant = meaning(refusal)
                if meant is Meaning.NO_REPLY_TARGET and reply_to is not None:
                    reply_to = None
                elif meant is Meaning.NO_TOPIC:
                    self._leave_topic()
                    reply_to = None
                else:
                    content = _plainer(content, refusal)
            else:
                return message.message_id

    async def edit(self, message_id: int, content: Content, keyboard: InlineKeyboardMarkup | None) -> bool:
        """Whether the message shows the content now; if not, it can't be edited any more."""
        while True:
            try:
                await self._translate_errors(self._change(message_id, content, keyboard))
            except BadRequest as refusal:
                meant = meaning(refusal)
                if meant in {Meaning.NOT_EDITABLE, Meaning.NO_TOPIC}:
                    return False
                if meant is Meaning.SAME_ALREADY:
                    return True
                content = _plainer(content, refusal)
            else:
                return True

    async def edit_keyboard(self, message_id: int, keyboard: InlineKeyboardMarkup | None) -> bool:
        """Like `edit`, where the content stays."""
        try:
            await self._translate_errors(
                self._bot.edit_message_reply_markup(
                    self.chat_id, message_id, reply_markup=keyboard, rate_limit_args=self.priority
                )
            )
        except BadRequest as refusal:
            return meaning(refusal) is Meaning.SAME_ALREADY
        return True

    async def delete(self, message_id: int) -> None:
        """Removes the message where Telegram lets the bot: not when it is gone, or older than 48 hours."""
        try:
            await self._translate_errors(
                self._bot.delete_message(self.chat_id, message_id, rate_limit_args=self.priority)
            )
        except BadRequest as refusal:
            log.info("A message stays", extra={"chat_id": self.chat_id, "reason": refusal.message[:100]})

    def _leave_topic(self) -> None:
        log.warning("The topic is gone", extra={"chat_id": self.chat_id, "thread_id": self._thread_id})
        if not self._thread_id:
            raise TopicGone
        self._thread_id = 0

    def _post(
        self, content: Content, keyboard: InlineKeyboardMarkup | None, reply_to: int | None
    ) -> Awaitable[Message]:
        common: dict[str, Any] = {
            "reply_markup": keyboard,
            "message_thread_id": self._thread_id or None,
            "reply_parameters": None
            if reply_to is None
            else ReplyParameters(reply_to, allow_sending_without_reply=True),
            "rate_limit_args": self.priority,
        }
        if isinstance(content, Text):
            return self._bot.send_message(
                self.chat_id,
                content.text,
                link_preview_options=NO_PREVIEW,
                api_kwargs=_entities("entities", content),
                **common,
            )
        return self._bot.send_document(
            self.chat_id,
            InputFile(content.content, content.filename),
            caption=content.caption.text or None,
            api_kwargs=_entities("caption_entities", content.caption),
            **common,
        )

    def _change(
        self, message_id: int, content: Content, keyboard: InlineKeyboardMarkup | None
    ) -> Awaitable[Message | bool]:
        if isinstance(content, Text):
            return self._bot.edit_message_text(
                content.text,
                self.chat_id,
                message_id,
                reply_markup=keyboard,
                link_preview_options=NO_PREVIEW,
                api_kwargs=_entities("entities", content),
                rate_limit_args=self.priority,
            )
        media = InputMediaDocument(
            InputFile(content.content, content.filename, attach=True),
            caption=content.caption.text or None,
            caption_entities=[MessageEntity(**_entity(entity)) for entity in content.caption.entities],
        )
        return self._bot.edit_message_media(
            media, self.chat_id, message_id, reply_markup=keyboard, rate_limit_args=self.priority
        )

    async def _translate_errors(self, call: Awaitable[Sent]) -> Sent:
        """The call's result, or the name for why nothing gets through to the chat."""
        try:
            return await call
        except Forbidden as refusal:
            gone = Muted if meaning(refusal) is Meaning.MUTED else Unreachable
            raise gone(refusal.message) from refusal
        except ChatMigrated as refusal:
            raise Migrated(refusal.new_chat_id) from refusal
        except BadRequest as refusal:
            meant = meaning(refusal)
            if meant is Meaning.MUTED:
                raise Muted(refusal.message) from refusal
            if meant is Meaning.NO_CHAT:
                raise Unreachable(refusal.message) from refusal
            if meant is Meaning.NO_FILES:
                raise FilesRefused(refusal.message) from refusal
            raise


def _entities(name: str, text: Text) -> dict[str, Any] | None:
    """As `api_kwargs`: python-telegram-bot's own entity objects cost many times as much."""
    return {name: [_entity(entity) for entity in text.entities]} if text.entities else None


def _entity(entity: Entity) -> dict[str, Any]:
    told: dict[str, Any] = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    if entity.url:
        told["url"] = entity.url
    if entity.language:
        told["language"] = entity.language
    return told


def _plainer(content: Content, refusal: BadRequest) -> Content:
    """The content without its entities; raises the refusal where it has none."""
    text = content if isinstance(content, Text) else content.caption
    if not text.entities:
        raise refusal
    log.warning("A message goes out as plain text", extra={"reason": refusal.message[:100]})
    plain = Text(text.text)
    return plain if isinstance(content, Text) else replace(content, caption=plain)
