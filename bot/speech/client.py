"""The blocking calls of SpeechKit's two interfaces, each one HTTP request.

Importing this module imports httpx2, so it happens in a thread of `Speech`, on first use.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

import httpx2

from bot.core.keys import NoKey
from bot.speech.config import SpeechConfig
from bot.speech.outcomes import OperationFailed, SpeechFailure, SpeechFailureKind

_DETAIL_LIMIT: Final = 300
_MOST_REPLY_BYTES: Final = 4_000_000


class SpeechClient:
    """Paths, headers and bodies are those of the provider's documentation of STT v1 and v3.

    `folderId` is not sent: the service account's own folder counts, and any other is refused. Each method
    raises `SpeechFailure`.
    """

    def __init__(self, config: SpeechConfig) -> None:
        self._config = config
        self._secret = ""
        self._lock = Lock()
        self._under_way = 0
        self._closing = False
        self._http = httpx2.Client(
            proxy=config.proxy_url, timeout=httpx2.Timeout(config.timeout_s, connect=5), trust_env=False
        )

    def recognize(self, sound: bytes, *, language: str, form: str) -> str:
        """v1: the words of a recording of at most 30 s and 1 MB, in one call. `form`: `oggopus`, `lpcm`."""
        query = {"lang": language, "topic": "general", "format": form}
        if form == "lpcm":
            query["sampleRateHertz"] = "8000"
        reply = self._json("POST", f"{self._config.url}/speech/v1/stt:recognize", params=query, content=sound)
        said = reply.get("result")
        if not isinstance(said, str):
            raise SpeechFailure(SpeechFailureKind.BROKEN_REPLY, detail="no result")
        return said

    def begin(self, sound: bytes, *, languages: list[str]) -> str:
        """v3: hands a long recording over; the id of the operation that recognises it."""
        body = {
            "content": base64.b64encode(sound).decode(),
            "recognitionModel": {
                "model": "general",
                "audioFormat": {"containerAudio": {"containerAudioType": "OGG_OPUS"}},
                "textNormalization": {
                    "textNormalization": "TEXT_NORMALIZATION_ENABLED",
                    "literatureText": True,
                },
                "languageRestriction": {"restrictionType": "WHITELIST", "languageCode": languages},
            },
        }
        reply = self._json("POST", f"{self._config.url}/stt/v3/recognizeFileAsync", json=body)
        operation = reply.get("id")
        if not isinstance(operation, str) or not operation:
            raise SpeechFailure(SpeechFailureKind.BROKEN_REPLY, detail="no operation's id")
        return operation

    def is_done(self, operation: str) -> bool:
        """Whether the operation has ended. Raises `OperationFailed` where it ended with an error."""
        reply = self._json("GET", f"{self._config.operations_url}/operations/{operation}")
        error = reply.get("error")
        if isinstance(error, dict) and error:
            detail = self._redacted(str(error.get("message", "")))
            raise OperationFailed(SpeechFailureKind.REFUSED, detail=detail)
        return reply.get("done") is True

    def result(self, operation: str) -> str:
        """The words that an operation found, utterance by utterance."""
        query = {"operationId": operation}
        response = self._send("GET", f"{self._config.url}/stt/v3/getRecognition", params=query)
        return words_of(response.text)

    def close(self) -> None:
        """Calls under way go on in their threads; the last of them closes the connections, its own too."""
        with self._lock:
            self._closing = True
            idle = not self._under_way
        if idle:
            self._http.close()

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._lock:
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1
                last = self._closing and not self._under_way
            if last:
                self._http.close()

    def _json(self, method: str, url: str, **sent: Any) -> dict[str, Any]:
        response = self._send(method, url, **sent)
        try:
            body = json.loads(response.content)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise SpeechFailure(
                SpeechFailureKind.BROKEN_REPLY, http_status=response.status_code, detail="no JSON"
            )
        return body

    def _send(self, method: str, url: str, **sent: Any) -> httpx2.Response:
        try:
            authorization = self._config.authorization()
            self._secret = authorization.partition(" ")[2]
            headers = {"Authorization": authorization}
            with self._in_use():
                response = self._http.request(method, url, headers=headers, **sent)
        except NoKey as error:
            kind = SpeechFailureKind.UNAVAILABLE if error.temporary else SpeechFailureKind.NOT_ALLOWED
            raise SpeechFailure(kind, detail=error.detail) from None
        except httpx2.TimeoutException as error:
            connecting = isinstance(error, httpx2.ConnectTimeout)
            kind = SpeechFailureKind.UNAVAILABLE if connecting else SpeechFailureKind.TIMEOUT
            raise SpeechFailure(kind, detail=type(error).__name__) from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise SpeechFailure(SpeechFailureKind.UNAVAILABLE, detail=type(error).__name__) from None
        if response.status_code != httpx2.codes.OK:
            detail = self._redacted(response.content[:2000].decode(errors="replace"))
            raise SpeechFailure(
                _kind_of(response.status_code), http_status=response.status_code, detail=detail
            )
        if len(response.content) > _MOST_REPLY_BYTES:
            raise SpeechFailure(SpeechFailureKind.BROKEN_REPLY, http_status=200, detail="too long a reply")
        return response

    def _redacted(self, text: str) -> str:
        return (text.replace(self._secret, "***") if self._secret else text)[:_DETAIL_LIMIT]


def _kind_of(status: int) -> SpeechFailureKind:
    if status in {401, 403}:
        return SpeechFailureKind.NOT_ALLOWED
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        return SpeechFailureKind.QUOTA
    if status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        return SpeechFailureKind.UNAVAILABLE
    return SpeechFailureKind.REFUSED if status >= httpx2.codes.BAD_REQUEST else SpeechFailureKind.BROKEN_REPLY


def words_of(lines: str) -> str:
    """The text of a v3 result: JSON lines `{"result": {…}}`, where a `finalRefinement` replaces the `final`
    of the same utterance. Raises SpeechFailure where a line is no JSON.
    """
    utterances: dict[int, str] = {}
    for line in lines.split("\n"):  # other breaks may stand inside a line of JSON
        if not line.strip():
            continue
        try:
            result = json.loads(line)["result"]
            if "final" in result:
                known = result.get("audioCursors", {}).get("finalIndex", len(utterances))
                utterances[int(known)] = _first(result["final"])
            elif "finalRefinement" in result:
                refined = result["finalRefinement"]
                utterances[int(refined.get("finalIndex", 0))] = _first(refined["normalizedText"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SpeechFailure(SpeechFailureKind.BROKEN_REPLY, detail="not a line of a result") from None
    return " ".join(said for _, said in sorted(utterances.items()) if said)


def _first(found: dict[str, Any]) -> str:
    alternatives = found.get("alternatives") or [{}]
    return str(alternatives[0].get("text", "")).strip()
