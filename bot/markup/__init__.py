"""Markdown to what Telegram takes: text with entities in parts that fit, documents for what is too long.

The Markdown library is loaded when it is first asked for: the bot polls sooner without it.
"""

from typing import TYPE_CHECKING, Any

from bot.markup.values import Document, Entity, Text, utf16_len

if TYPE_CHECKING:
    from bot.markup.splitting import parts

__all__ = ["Document", "Entity", "Text", "parts", "utf16_len"]


def __getattr__(name: str) -> Any:
    """`parts`."""
    if name != "parts":
        raise AttributeError(name)
    from bot.markup.splitting import parts  # noqa: PLC0415

    return parts
