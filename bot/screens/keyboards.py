"""Buttons of our own views as Telegram's inline keyboards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.screens.views import Button

Keyboard: TypeAlias = "list[list[Button]]"


def inline_keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """None for no buttons at all: an edit without a keyboard takes the old one away."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    return InlineKeyboardButton(button.text, callback_data=button.data, style=button.style or None)
