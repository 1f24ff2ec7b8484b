"""Files on Telegram's servers: what they hold, what is said of them, and the links to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]

LINK_S: Final = 3600
"""A link works for at least an hour: https://core.telegram.org/bots/api#getfile."""
MAX_DOWNLOAD_BYTES: Final = 20 * 1024 * 1024

PLACES: Final = {
    "document": ("BQACAgIAAx", "documents"),
    "photo": ("AgACAgIAAx", "photos"),
    "thumbnail": ("AAMCAgADGQ", "thumbnails"),
    "voice": ("AwACAgIAAx", "voice"),
    "audio": ("CQACAgIAAx", "music"),
    "video_note": ("DQACAgIAAx", "video_notes"),
    "video": ("BAACAgIAAx", "videos"),
    "sticker": ("CAACAgIAAx", "stickers"),
}
"""By kind: how a `file_id` begins, and the folder of the link."""


@dataclass
class StoredFile:
    """A file by its `file_id`."""

    id: str
    name: str
    mime_type: str
    content: bytes
    path: str
    claimed_bytes: int | None = None
    """`file_size` as it is said, where that is not the truth; 0: not said."""
    link_until: int = 0
    """When the newest link stops working, as a POSIX time."""
    gone: bool = False
    """Not to be had any more, or not just now."""

    @property
    def said_bytes(self) -> int:
        return len(self.content) if self.claimed_bytes is None else self.claimed_bytes

    @property
    def is_too_big(self) -> bool:
        """`Client::do_get_file` goes by the size that is said, `Client::on_update_file` by the real one."""
        return max(self.said_bytes, len(self.content)) > MAX_DOWNLOAD_BYTES

    def json(self) -> Json:
        size = {"file_size": self.said_bytes} if self.said_bytes else {}
        return {"file_id": self.id, "file_unique_id": f"u{self.id}", **size}


def stored(kind: str, number: int, name: str, mime_type: str, content: bytes) -> StoredFile:
    """A new file; its link ends as its name does."""
    prefix, folder = PLACES[kind]
    ending = f".{name.rpartition('.')[2]}" if "." in name else ""
    return StoredFile(f"{prefix}{number}", name, mime_type, content, f"{folder}/file_{number}{ending}")
