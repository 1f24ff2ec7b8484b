"""The file that a message carries, if it is of a kind that the bot takes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.values import Attachment, AttachmentKind

if TYPE_CHECKING:
    from telegram import Audio, Document, ExternalReplyInfo, Message, PhotoSize, VideoNote, Voice

    File = Voice | VideoNote | Audio | PhotoSize | Document


def attachments_of(
    message: Message | ExternalReplyInfo, *, quoted: bool = False, author: str = "", album: str = ""
) -> tuple[Attachment, ...]:
    """At most one: each piece of an album is a message of its own. What Telegram tells of it is the sender's
    word.

    Pictures and recordings sent as files are what they are; a film or an animation is nothing that is taken
    in. `quoted` and `author` are for the message of somebody else that is replied to or forwarded; `album`
    is that of a message which comes now.
    """
    found = _found(message)
    if found is None:
        return ()
    kind, file = found
    # The attribute warns that its type will change; what Telegram sent is seconds.
    duration_s = file.to_dict().get("duration", 0)
    return (
        Attachment(
            kind,
            file.file_id,
            file.file_unique_id,
            mime_type=getattr(file, "mime_type", None) or "",
            file_name=getattr(file, "file_name", None) or getattr(file, "title", None) or "",
            file_size=file.file_size or 0,
            duration_s=int(duration_s),
            quoted=quoted,
            author=author,
            message_id=message.message_id or 0,
            album=album,
        ),
    )


def _found(message: Message | ExternalReplyInfo) -> tuple[AttachmentKind, File] | None:
    largest = message.photo[-1] if message.photo else None
    for kind, file in (
        (AttachmentKind.VOICE, message.voice),
        (AttachmentKind.VIDEO_NOTE, message.video_note),
        (AttachmentKind.AUDIO, message.audio),
        (AttachmentKind.PICTURE, largest),
    ):
        if file is not None:
            return kind, file
    if message.document is None or message.animation is not None:  # an animation is a document too
        return None
    return _kind_of_file(message.document.mime_type or ""), message.document


def _kind_of_file(mime_type: str) -> AttachmentKind:
    kind, _, form = mime_type.lower().partition("/")
    if kind == "image" and not form.startswith("svg"):
        return AttachmentKind.PICTURE
    return AttachmentKind.AUDIO if kind == "audio" else AttachmentKind.DOCUMENT
