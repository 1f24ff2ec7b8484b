"""Files that people send, as the Bot API gives them in a message.

`claims` are what the message says of a file whatever the file is, as clients may lie: `file_size`,
`mime_type`, `duration` and so on; None leaves a field out.
"""

from __future__ import annotations

from typing import Any

from bot.emulator import pictures
from bot.emulator.content import caption
from bot.emulator.files import StoredFile
from bot.emulator.state import State

Json = dict[str, Any]


def photo(state: State, data: bytes, said: str = "") -> Json:
    return {"photo": pictures.photo(state, data), **caption(said)}


def document(
    state: State, name: str, data: bytes, said: str = "", *, mime_type: str, claims: Json | None = None
) -> Json:
    small = pictures.thumbnail(state, data) if mime_type.startswith("image/") else None
    about = {"file_name": name, "mime_type": mime_type, **({"thumbnail": small} if small else {})}
    return _carried("document", state.add_file(name, mime_type, data), about, claims) | caption(said)


def voice(state: State, data: bytes, said: str = "", *, duration_s: int, claims: Json | None = None) -> Json:
    file = state.add_file("voice.oga", "audio/ogg", data, "voice")
    about = {"duration": duration_s, "mime_type": file.mime_type}
    return _carried("voice", file, about, claims) | caption(said)


def audio(
    state: State, name: str, data: bytes, said: str = "", *, duration_s: int, claims: Json | None = None
) -> Json:
    file = state.add_file(name, "audio/mpeg", data, "audio")
    about = {"duration": duration_s, "file_name": name, "mime_type": file.mime_type}
    return _carried("audio", file, about, claims) | caption(said)


def video_note(state: State, data: bytes, *, duration_s: int, claims: Json | None = None) -> Json:
    file = state.add_file("note.mp4", "video/mp4", data, "video_note")
    return _carried("video_note", file, {"duration": duration_s, "length": 384}, claims)


def video(state: State, data: bytes, said: str = "") -> Json:
    file = state.add_file("video.mp4", "video/mp4", data, "video")
    about = {"duration": 3, "width": 640, "height": 480, "mime_type": file.mime_type}
    return _carried("video", file, about, None) | caption(said)


def _carried(kind: str, file: StoredFile, about: Json, claims: Json | None) -> Json:
    claims = claims or {}
    if "file_size" in claims:
        file.claimed_bytes = claims["file_size"] or 0
    said = about | {name: value for name, value in claims.items() if name != "file_size"}
    return {kind: {name: value for name, value in said.items() if value is not None} | file.json()}
