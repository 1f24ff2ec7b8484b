"""Handles on what a dialogue speaks of: a person, a message, the answer to a button press."""

from __future__ import annotations

from typing import Any, Self

Json = dict[str, Any]

_ENVELOPE = frozenset(
    {
        "message_id",
        "from",
        "sender_chat",
        "chat",
        "date",
        "edit_date",
        "message_thread_id",
        "is_topic_message",
        "reply_to_message",
        "reply_markup",
        "is_automatic_forward",
        "forward_origin",
        "author_signature",
        "media_group_id",
        "external_reply",
        "quote",
        "has_protected_content",
    }
)


class User:
    """A person; `json` is the Bot API's `User`."""

    def __init__(self, json: Json) -> None:
        self.json = json

    @property
    def id(self) -> int:
        return int(self.json["id"])

    @property
    def first_name(self) -> str:
        return str(self.json["first_name"])

    @property
    def username(self) -> str:
        return str(self.json.get("username", ""))


class Message:
    """A message as it stands in the chat now; `json` is the Bot API's `Message` itself."""

    def __init__(self, json: Json) -> None:
        self.json = json

    @property
    def id(self) -> int:
        return int(self.json["message_id"])

    @property
    def text(self) -> str:
        """The text, or the caption of a message that carries a file."""
        return str(self.json.get("text", self.json.get("caption", "")))

    @property
    def content(self) -> Json:
        """The fields that carry what is said: `text` and `entities`, `document` and `caption`, and so on."""
        return {name: value for name, value in self.json.items() if name not in _ENVELOPE}

    @property
    def kind(self) -> str:
        """The name of the field that holds the content: `text`, `document`, `new_chat_members` and so on."""
        return next((name for name in self.content if not name.endswith(("entities", "caption"))), "")

    @property
    def author(self) -> str:
        sender = self.json.get("sender_chat") or self.json.get("from", {})
        return str(sender.get("title") or sender.get("first_name", ""))

    @property
    def entities(self) -> list[Json]:
        found: list[Json] = self.json.get("entities") or self.json.get("caption_entities") or []
        return found

    @property
    def buttons(self) -> list[Json]:
        """Every inline button, row by row."""
        rows = self.json.get("reply_markup", {}).get("inline_keyboard", ())
        return [button for row in rows for button in row]

    @property
    def reply_to_id(self) -> int:
        """`message_id` of the message replied to, 0 for none."""
        return int(self.json.get("reply_to_message", {}).get("message_id", 0))

    @property
    def thread_id(self) -> int:
        """The forum topic, 0 for General and outside forums."""
        return int(self.json["message_thread_id"]) if self.json.get("is_topic_message") else 0

    def __repr__(self) -> str:
        return f"<Message {self.id} {self.author}: {self.text or self.kind!r}>"


class Toast(str):
    """The text that a button press was answered with; `alert` where it has to be dismissed."""

    __slots__ = ("alert",)
    alert: bool

    def __new__(cls, text: str, *, alert: bool) -> Self:
        toast = super().__new__(cls, text)
        toast.alert = alert
        return toast
