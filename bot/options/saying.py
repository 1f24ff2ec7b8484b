"""What is said about a setting: its value, where it comes from, and that it has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.core.values import Conversation
from bot.options import Option
from bot.options.inheriting import Effective, Level, Source
from bot.options.kinds import Prose, Value, shortened

if TYPE_CHECKING:
    from bot.texts import Texts

_WHOLE_LENGTH: Final = 3000
"""Of a value in UTF-16 units: with the words around it a message holds 4096."""


def whole_value(option: Option, value: Value, texts: Texts) -> str:
    """The value where it is the matter itself: a long text is hardly cut."""
    if isinstance(option.kind, Prose) and value:
        return shortened(str(value), _WHOLE_LENGTH)
    return option.kind.show(value, texts)


def scope_of(place: Conversation) -> str:
    """What has settings of its own: a topic, the comments under a post, or a whole chat."""
    if place.thread_id < 0:
        return "comments"
    return "topic" if place.thread_id else "chat"


def source_line(source: Source, texts: Texts, *, place: Conversation) -> str:
    """Where a value of these settings comes from; in groups with who set it and when."""
    level = scope_of(place) if source.level is Level.TOPIC else source.level.value
    if place.private or not source.changed_by or source.changed_at is None:
        return texts("source", level=level)
    return texts("source-changed", level=level, who=source.changed_by, when=source.changed_at)


def setting_shown(option: Option, found: Effective, texts: Texts, *, place: Conversation) -> str:
    """The reply to a setting's command without an argument."""
    return texts(
        "setting-shown",
        name=option.label(texts),
        value=whole_value(option, found.value(option.name), texts),
        source=source_line(found.sources[option.name], texts, place=place),
        about=option.about(texts),
        command=option.command,
        example=option.written_example(texts),
    )


def setting_changed(
    text_id: str, option: Option, found: Effective, texts: Texts, *, place: Conversation
) -> str:
    """The reply to a command that has set or reset a setting; `found` holds the value that counts now."""
    value = option.kind.show(found.value(option.name), texts)
    return texts(text_id, scope=scope_of(option.place(place)), name=option.label(texts), value=value)
