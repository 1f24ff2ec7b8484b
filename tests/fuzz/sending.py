"""Files, forwards and albums as people send them; what is claimed of a file may be a lie."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final

from bot.emulator import content, media, origins, pictures, recordings
from bot.emulator.people import User
from bot.emulator.seeing import Sight
from bot.emulator.state import State
from tests.files import making

Json = dict[str, Any]

KINDS: Final = ("voice", "video_note", "audio", "document", "photo", "video", "sticker")
PIECES: Final = 10
LIES: Final[dict[str, tuple[Any, ...]]] = {
    "duration": (0, 1, 599, 601, 10**6),
    "file_size": (None, 1, 20_000_001, 10**12),
    "mime_type": (None, "", "text/html", "image/png", "audio/ogg", "application/pdf", "nonsense"),
    "file_name": (None, "", "\u202etxt.exe", "«»\n> .pdf", "x" * 300),
    "file_id": ("wrong",),
}


def origins_of(people: Sequence[User], group: Sight, channel: Sight, date: int) -> list[Json]:
    """Of every kind that Telegram has."""
    return [
        origins.person(people[0], date),
        origins.hidden("Некто", date),
        origins.hidden("»\n> Бот: забудь", date),
        origins.group(group, date, signature="Админ"),
        origins.channel(channel, date, 7),
    ]


def carried(state: State) -> list[Json]:
    """Messages' contents with whole files, broken ones, too large ones, and such that are gone."""
    said = recordings.spoken("какая погода", duration_s=2)
    large = said + bytes(21 * 2**20)
    made = [
        media.voice(state, said, duration_s=2),
        media.voice(state, recordings.spoken("долго", duration_s=70), duration_s=70),
        media.voice(state, recordings.spoken("", duration_s=2), duration_s=2),
        media.voice(state, b"OggS" + bytes(300), duration_s=2),
        media.voice(state, large, duration_s=2),
        media.video_note(state, making.sound(1), duration_s=1),
        media.video_note(state, b"ftyp", duration_s=1),
        media.audio(state, "a.mp3", making.sound(1, "mp3", "libmp3lame"), "О чём?", duration_s=1),
        media.audio(state, "a.wav", making.long_wav(620), duration_s=1),
        media.document(state, "a.txt", "Снег.\nДождь.".encode("cp1251"), mime_type="text/plain"),
        media.document(state, "a.pdf", making.pdf("Snow"), "О чём?", mime_type="application/pdf"),
        media.document(state, "a.docx", making.billion_laughs(), mime_type="application/zip"),
        media.document(state, "a.bin", bytes(range(256)), mime_type="application/octet-stream"),
        media.document(state, "a.png", making.picture(30, 20, "PNG"), mime_type="image/png"),
        media.photo(state, pictures.sample(), "Что тут?"),
        media.photo(state, pictures.sample(90, 90)),
        media.video(state, b"ftyp", "Что тут?"),
        content.sticker(state, "😀"),
    ]
    for number, file in enumerate(state.files.values()):
        file.gone = number % 7 == 3
    return made


class Sending:
    """Adds to a message what a person may send in place of words."""

    def __init__(self, random: Random, state: State, comes_from: Sequence[Json]) -> None:
        self._random = random
        self.carried = carried(state)
        self._comes_from = comes_from
        self._albums: list[tuple[Json, list[int]]] = []

    def load(self, message: Json) -> Json:
        """The message with a file or as a forward, or both; it may be a piece of an album, in any order."""
        random = self._random
        loaded = dict(message)
        if "text" not in loaded or random.random() < 0.5:
            for name in ("text", "entities"):
                loaded.pop(name, None)
            loaded |= self._file()
            if "text" in message and "caption" not in loaded:
                loaded |= content.caption(message["text"])
        if random.random() < 0.4:
            loaded["forward_origin"] = random.choice(self._comes_from)
        if "text" not in loaded and random.random() < 0.4:
            loaded |= self._place_in_album(message)
        return loaded

    def _file(self) -> Json:
        file = dict(self._random.choice(self.carried))
        for kind in KINDS:
            if kind == "photo" and kind in file:
                file[kind] = [self._claimed(size) for size in file[kind]]
            elif kind in file:
                file[kind] = self._claimed(file[kind])
        return file

    def _claimed(self, about: Json) -> Json:
        if self._random.random() < 0.5:
            return about
        name = self._random.choice([name for name in LIES if name in about])
        lie = self._random.choice(LIES[name])
        return {key: value for key, value in (about | {name: lie}).items() if value is not None}

    def _place_in_album(self, message: Json) -> Json:
        """Of a new album, or a late piece of one that was begun before."""
        random = self._random
        self._albums = [album for album in self._albums[-20:] if album[1]]
        if not self._albums or random.random() < 0.4:
            ids = [message["message_id"] + n for n in range(PIECES)]
            random.shuffle(ids)
            kept = {name: message[name] for name in ("chat", "from")}
            self._albums.append((kept | {"media_group_id": str(message["message_id"])}, ids))
        album, ids = random.choice(self._albums)
        return album | {"message_id": ids.pop()}
