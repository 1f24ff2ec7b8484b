"""What the chat page is told where an action is not allowed."""

from __future__ import annotations


class NotAllowed(Exception):
    """An action that Telegram's own clients would not offer; says why in one word for the page."""
