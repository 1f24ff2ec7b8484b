"""Markdown to what Telegram takes: text with entities in parts that fit, documents for what is too long.

The Markdown library is loaded with `bot.markup.splitting`, by whoever needs that: the bot polls sooner
without it.
"""

from bot.markup.values import Document, Entity, Text, utf16_len

__all__ = ["Document", "Entity", "Text", "utf16_len"]
