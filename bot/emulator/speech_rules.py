"""What SpeechKit refuses, as its documentation and its users tell, and how it says so."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from bot.emulator.recordings import Recording, read

Json = dict[str, Any]

MAX_SHORT_BYTES: Final = 1024 * 1024
MAX_SHORT_S: Final = 30
MAX_LONG_BYTES: Final = 60 * 1024 * 1024
MAX_LONG_S: Final = 4 * 3600
"""The limits: https://yandex.cloud/en/docs/speechkit/concepts/limits."""
LANGUAGES: Final = frozenset(
    [
        *("auto", "de-DE", "en-US", "es-ES", "fi-FI", "fr-FR", "he-IL", "it-IT", "kk-KZ", "nl-NL"),
        *("pl-PL", "pt-BR", "pt-PT", "ru-RU", "sv-SE", "tr-TR", "uz-UZ"),
    ]
)
SHORT_QUERY: Final = frozenset(
    ["lang", "topic", "format", "profanityFilter", "rawResults", "sampleRateHertz"]
)
CONTAINERS: Final = {"OGG_OPUS": b"OggS", "MP3": b"", "WAV": b"RIFF"}
KNOWN: Final = {
    "": "content uri recognitionModel recognitionClassifier speechAnalysis speakerLabeling summarization",
    "recognitionModel": "model audioFormat textNormalization languageRestriction audioProcessingType",
    "recognitionModel.audioFormat": "rawAudio containerAudio",
    "recognitionModel.audioFormat.containerAudio": "containerAudioType",
    "recognitionModel.textNormalization": "textNormalization profanityFilter literatureText "
    "phoneFormattingMode",
    "recognitionModel.languageRestriction": "restrictionType languageCode",
}
"""Fields of v3's request: anything else is refused, as by every proto3 JSON parser."""
GRPC_CODES: Final = {400: 3, 401: 16, 403: 7, 404: 5, 413: 8, 429: 8, 500: 13, 503: 14}


class SpeechRefusal(Exception):
    """An error answer of SpeechKit."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message

    def body(self, *, short: bool) -> Json:
        """As the version asked says it: v1 (`short`) by a word, v3 by a gRPC status."""
        phrase = HTTPStatus(self.status).phrase
        if short:
            return {"error_code": phrase.upper().replace(" ", "_"), "error_message": self.message}
        codes = {"grpcCode": GRPC_CODES.get(self.status, 2), "httpCode": self.status}
        return {"error": {**codes, "message": self.message, "httpStatus": phrase, "details": []}}


def authorized(headers: Mapping[str, str], query: Mapping[str, str]) -> None:
    """An API key as `Api-Key`, a IAM token as `Bearer`, and no folder: the service account has its own."""
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    swapped = secret.startswith("AQVN") if scheme == "Bearer" else secret.startswith("t1.")
    if scheme not in {"Api-Key", "Bearer"} or not secret or swapped:
        raise SpeechRefusal(401, "The token is invalid")
    folder = query.get("folderId") or headers.get("x-folder-id")
    if folder:
        raise SpeechRefusal(
            400, f"Specified folder ID '{folder}' does not match with service account folder ID"
        )


def short(query: Mapping[str, str], audio: bytes, *, known: bool) -> None:
    """Checks a request of v1; `known`: what is heard was told, so the sound itself may be anything."""
    unknown = set(query) - SHORT_QUERY
    if unknown:
        raise SpeechRefusal(400, f"unknown parameters: {', '.join(sorted(unknown))}")
    if query.get("lang", "ru-RU") not in LANGUAGES:
        raise SpeechRefusal(400, f"unsupported language code: {query['lang']}")
    if query.get("topic", "general") not in {"general", "general:rc", "general:deprecated"}:
        raise SpeechRefusal(400, f"unsupported topic: {query['topic']}")
    if len(audio) > MAX_SHORT_BYTES:
        raise SpeechRefusal(413, "the request is larger than 1 MB")
    if not audio:
        raise SpeechRefusal(400, "audio is empty")
    form = query.get("format", "oggopus")
    if form not in {"oggopus", "lpcm", "mp3"}:
        raise SpeechRefusal(400, f"unsupported format: {form}")
    if form == "oggopus":
        _heard_out(audio, MAX_SHORT_S, known=known, channels=1)


def long(body: Any) -> bytes:
    """The sound in a request of v3, which is checked."""
    if not isinstance(body, dict):
        raise SpeechRefusal(400, "the request is no JSON object")
    _known("", body)
    model = body.get("recognitionModel", {})
    if model.get("model") not in {"general", "general:rc", "deferred-general"}:
        raise SpeechRefusal(400, "recognition_model.model is not known")
    restriction = model.get("languageRestriction", {})
    for code in restriction.get("languageCode", []):
        if code not in LANGUAGES:
            raise SpeechRefusal(400, f"unsupported language code: {code}")
    try:
        audio = base64.b64decode(body.get("content", ""), validate=True)
    except (binascii.Error, TypeError):
        raise SpeechRefusal(400, "content is no base64") from None
    if not audio:
        raise SpeechRefusal(400, "either content or uri must be set")
    if len(audio) > MAX_LONG_BYTES:
        raise SpeechRefusal(413, "the file is larger than 60 MB")
    container = model.get("audioFormat", {}).get("containerAudio", {}).get("containerAudioType")
    if container not in CONTAINERS and "rawAudio" not in model.get("audioFormat", {}):
        raise SpeechRefusal(400, "audio_format is not set")
    return audio


def long_sound(container: str, audio: bytes, *, known: bool) -> None:
    """Checks what the operation finds when it comes to the sound."""
    if not known and not audio.startswith(CONTAINERS.get(container, b"")):
        raise SpeechRefusal(400, f"the file is no {container}")
    if container == "OGG_OPUS":
        _heard_out(audio, MAX_LONG_S, known=known)


def _heard_out(audio: bytes, max_s: float, *, known: bool, channels: int = 0) -> None:
    recording = recording_of(audio)
    if recording is None:
        if known:
            return
        # "Internal Server Error: make sure the format you specified matches the actual file format" (its FAQ)
        raise SpeechRefusal(500, "Internal error")
    if recording.duration_s > max_s:
        raise SpeechRefusal(400, f"audio duration exceeds the limit of {max_s} seconds")
    if channels and recording.channels != channels:
        raise SpeechRefusal(400, "multichannel audio is not supported")


def recording_of(audio: bytes) -> Recording | None:
    """What an OGG file says of itself; None for anything else."""
    try:
        return read(audio)
    except ValueError:
        return None


def _known(path: str, value: Json) -> None:
    if path not in KNOWN:
        return
    for name, inner in value.items():
        if name not in KNOWN[path].split():
            raise SpeechRefusal(400, f'unknown field "{name}" in {path or "the request"}')
        if isinstance(inner, dict):
            _known(f"{path}.{name}".lstrip("."), inner)
