"""What a message says, as our own values: who wrote it, where, what it refers to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from telegram import Chat, MessageOriginChannel, MessageOriginChat, MessageOriginUser
from telegram.ext import filters

from bot.core.values import Attachment, Conversation, Person, Quote
from bot.handlers.attachments import attachments_of
from bot.handlers.entities import as_markdown
from bot.handlers.kinds import words_of_kind

if TYPE_CHECKING:
    from telegram import ExternalReplyInfo, Message, MessageEntity, User

_FILES: Final = (
    *("animation", "audio", "document", "live_photo", "paid_media", "photo", "sticker", "story"),
    *("video", "video_note", "voice"),
)
"""What `ExternalReplyInfo` has in place of `effective_attachment`."""

OWN_WORDS: Final = filters.UpdateType.MESSAGE & ~filters.FORWARDED
"""What a person says now: a command that they forward is somebody else's."""


def conversation_of(message: Message) -> Conversation:
    """As far as the message itself tells; `Services.conversation_of` knows more.

    The thread counts only in topics and right under a channel's post: elsewhere `message_thread_id` is
    a chain of replies.
    """
    if message.is_topic_message:
        return Conversation(message.chat.id, message.message_thread_id or 0)
    return comments_of(message) or Conversation(message.chat.id)


def comments_of(message: Message) -> Conversation | None:
    """Those that a message is seen to open, being a channel's post, or to be among, replying to one."""
    post = message if message.is_automatic_forward else message.reply_to_message
    if post is None or not post.is_automatic_forward:
        return None
    return Conversation(message.chat.id, -(message.message_thread_id or post.message_id))


def is_forward(message: Message) -> bool:
    """Whether a person forwarded it: its words are somebody else's."""
    return message.forward_origin is not None and not message.is_automatic_forward


def is_private(message: Message) -> bool:
    return message.chat.type == Chat.PRIVATE


def person_of(message: Message | None) -> Person | None:
    """Who speaks; None for whom the bot never answers: other bots, automatic forwards, nobody."""
    if message is None or message.is_automatic_forward:
        return None
    if message.sender_chat is not None:
        return Person(message.sender_chat.id, message.sender_chat.effective_name or "")
    user = message.from_user
    if user is None or user.is_bot:
        return None
    return Person(user.id, full_name(user), user.language_code or "")


def full_name(user: User) -> str:
    """Deleted accounts have an empty one; PTB's own property is None then, in spite of its type."""
    return user.full_name or ""


def is_anonymous_admin(message: Message) -> bool:
    return message.sender_chat is not None and message.sender_chat.id == message.chat.id


def words(message: Message) -> str:
    return message.text or message.caption or ""


def entities_of(message: Message) -> Sequence[MessageEntity]:
    """Those of its words."""
    return message.entities if message.text else message.caption_entities


def markdown_of(message: Message) -> str:
    """Its words as Markdown, with the addresses and the code that only its entities tell of."""
    return as_markdown(words(message), entities_of(message))


def has_attachment(message: Message) -> bool:
    return bool(message.effective_attachment)


def quote_of(message: Message, me: User, *, unseen: str = "") -> Quote | None:
    """The message replied to, wherever it is, unless it is the bot's own: that one is in the history already.

    A part of it that the person marked (Telegram's `quote`) always counts, the bot's own words included. Of a
    message in another chat nothing but that part is given, marked or not. `unseen` stands for an attachment.
    """
    replied, elsewhere, part = message.reply_to_message, message.external_reply, message.quote
    marked = as_markdown(part.text, part.entities or ()) if part is not None else ""
    if replied is None:
        if elsewhere is None:
            return None
        return _quote(_origin(elsewhere.origin), marked or _shown_beside(elsewhere, unseen))
    if _opens_topic(replied):
        return None
    if part is not None and part.is_manual:
        return _quote(_author(replied), marked)
    return None if _is_from(replied, me) else _quote(_author(replied), _whole(replied, unseen))


def forward_of(message: Message, *, unseen: str = "") -> Quote | None:
    """A forwarded message as what it is: somebody's words, or an attachment of theirs."""
    origin = message.forward_origin
    return None if origin is None else _quote(_origin(origin), _whole(message, unseen))


def _quote(author: str, text: str) -> Quote | None:
    return Quote(author, text) if text else None


def _whole(message: Message, unseen: str) -> str:
    of_kind = words_of_kind(message)
    attached = of_kind or (unseen if has_attachment(message) and not attachments_of(message) else "")
    return "\n".join(part for part in (markdown_of(message), attached) if part)


def _shown_beside(elsewhere: ExternalReplyInfo, unseen: str) -> str:
    files = (getattr(elsewhere, name) for name in _FILES)
    return words_of_kind(elsewhere) or (unseen if any(files) and not attachments_of(elsewhere) else "")


def forwarded_attachments(message: Message) -> tuple[Attachment, ...]:
    """The file of a forwarded message, with where it comes from."""
    author, album = _origin(message.forward_origin), message.media_group_id or ""
    return attachments_of(message, quoted=True, author=author, album=album)


def quoted_attachments(message: Message, me: User) -> tuple[Attachment, ...]:
    """The file of the message replied to, in this chat or another, unless it is the bot's own."""
    replied, elsewhere = message.reply_to_message, message.external_reply
    if replied is not None and not _is_from(replied, me):
        return attachments_of(replied, quoted=True, author=_author(replied))
    if replied is None and elsewhere is not None:
        return attachments_of(elsewhere, quoted=True, author=_origin(elsewhere.origin))
    return ()


def own_message_replied_to(message: Message, me: User) -> int | None:
    """`message_id` of the bot's own message that this one replies to."""
    replied = message.reply_to_message
    if replied is None or _opens_topic(replied) or not _is_from(replied, me):
        return None
    return replied.message_id


def topic_name_of(message: Message) -> str:
    """The name that its topic had at first, where the message tells: in a topic, what replies to nothing
    replies to the service message that opened it.
    """
    replied = message.reply_to_message
    created = replied.forum_topic_created if replied is not None else None
    return created.name if created is not None else ""


def _opens_topic(message: Message) -> bool:
    return message.forum_topic_created is not None


def _is_from(message: Message, me: User) -> bool:
    return message.from_user is not None and message.from_user.id == me.id


def _author(message: Message) -> str:
    if message.forward_origin is not None:
        return _origin(message.forward_origin)
    if message.sender_chat is not None:
        return message.sender_chat.effective_name or ""
    return full_name(message.from_user) if message.from_user is not None else ""


def _origin(origin: object) -> str:
    if isinstance(origin, MessageOriginUser):
        return full_name(origin.sender_user)
    if isinstance(origin, MessageOriginChat):
        return origin.sender_chat.effective_name or ""
    if isinstance(origin, MessageOriginChannel):
        return origin.chat.effective_name or ""
    name = getattr(origin, "sender_user_name", "")
    return name if isinstance(name, str) else ""
