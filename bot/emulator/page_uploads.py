"""Files that people send from the chat page: taken in one by one, then sent together."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from dataclasses import dataclass
from typing import Any, Final

from bot.emulator import pictures, recordings
from bot.emulator.page_refusals import NotAllowed
from bot.emulator.people import Message, User
from bot.emulator.speaking import Piece
from bot.emulator.talk import Chat

Json = dict[str, Any]

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_WAITING: Final = 20
"""Uploads that nobody sent; the oldest is forgotten then."""
MAX_ALBUM: Final = 10


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file as the browser gave it."""

    name: str
    content: bytes


class Uploads:
    """Files on their way from a page into a chat."""

    def __init__(self) -> None:
        self._waiting: dict[str, Uploaded] = {}

    def add(self, name: str, content: bytes) -> str:
        """The id by which `take` gives it, once."""
        if not content:
            raise NotAllowed("empty")
        if len(self._waiting) >= MAX_WAITING:
            del self._waiting[next(iter(self._waiting))]
        number = secrets.token_hex(8)
        self._waiting[number] = Uploaded(name or "file", content)
        return number

    def take(self, number: str) -> Uploaded:
        if number not in self._waiting:
            raise NotAllowed("no_file")
        return self._waiting.pop(number)


async def send_files(
    chat: Chat, who: User, files: list[tuple[str, Uploaded]], caption: str, how: Json
) -> list[Message]:
    """All that was sent: photos first, in albums of ten, then files likewise; the caption is on the first."""
    if files[0][0] == "voice":
        return [await _voice(chat, who, files[0][1], how)]
    photos: list[Piece] = []
    documents: list[Piece] = []
    for kind, file in files:
        as_photo = kind == "photo" and await asyncio.to_thread(pictures.is_photo, file.content)
        (photos if as_photo else documents).append(file.content if as_photo else (file.name, file.content))
    sent: list[Message] = []
    for pieces in itertools.chain(_albums(photos), _albums(documents)):
        said = "" if sent else caption
        sent += await _pieces(chat, who, pieces, said, how | ({"reply_to": None} if sent else {}))
    return sent


def _albums(pieces: list[Piece]) -> list[list[Piece]]:
    return [pieces[at : at + MAX_ALBUM] for at in range(0, len(pieces), MAX_ALBUM)]


async def _pieces(chat: Chat, who: User, pieces: list[Piece], caption: str, how: Json) -> list[Message]:
    if len(pieces) > 1:
        return await chat.album(who, *pieces, caption=caption, **how)
    (piece,) = pieces
    if isinstance(piece, bytes):
        return [await chat.photo(who, caption, data=piece, **how)]
    return [await chat.document(who, *piece, caption, **how)]


async def _voice(chat: Chat, who: User, file: Uploaded, how: Json) -> Message:
    try:
        sound = await asyncio.to_thread(recordings.as_voice, file.content)
    except ValueError:
        raise NotAllowed("no_sound") from None
    seconds = max(1, round(recordings.read(sound).duration_s))
    return await chat.voice(who, sound, duration_s=seconds, **how)
