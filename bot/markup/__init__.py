"""Markdown to what Telegram takes: text with entities in parts that fit, documents for what is too long."""

from bot.markup.splitting import parts, render
from bot.markup.values import Document, Entity, Text, utf16_len

__all__ = ["Document", "Entity", "Text", "parts", "render", "utf16_len"]
