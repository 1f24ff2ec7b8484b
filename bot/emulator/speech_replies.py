"""What the stand-in for speech keeps of a request, and how its answers and rows of the timeline look."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]

SHORT: Final = "short"
START: Final = "start"
OPERATION: Final = "operation"
RESULT: Final = "result"


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """One request as it came."""

    step: str
    """`short` (v1), `start`, `operation` or `result` (v3)."""
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    """v3's JSON; None otherwise."""
    audio: bytes


@dataclass(slots=True)
class Operation:
    """A recognition of v3 under way."""

    lines: list[Json]
    looks_left: int
    error: Json = field(default_factory=dict)

    def looked(self) -> bool:
        """Counts a look at it; whether it is done."""
        self.looks_left -= 1
        return self.looks_left < 0


def timeline_row(number: int, path: str, request: SpeechRequest) -> Json:
    """A request as the chat page shows it: of the sound only its size."""
    asked = {**request.query, **({"bytes": len(request.audio)} if request.audio else {})}
    if isinstance(request.body, dict):
        asked |= request.body | {"content": f"… {len(request.body.get('content', ''))}"}
    name = path.rpartition("/")[2] if request.step != OPERATION else OPERATION
    gist = f"{asked['bytes']} B" if request.audio else ""
    return {
        "id": f"speech-{number}",
        "kind": "model",
        "at": time.time(),
        "name": name,
        "request": asked,
        "gist": gist,
        "outcome": "pending",
    }


def shown(text: str) -> Any:
    """An answer as the timeline shows it: JSON, JSON lines, or the text that is neither."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines()]
    except ValueError:
        return text


def lines_of(words: str, *, refined: bool) -> list[Json]:
    """Each utterance as it was heard, without capitals and stops, and then, if wanted, as it is written."""
    lines: list[Json] = []
    for number, utterance in enumerate(re.split(r"(?<=[.!?…])\s+", words)):
        bare = re.sub(r"[^\w\s-]", "", utterance).casefold()
        lines.append(_line(final=_alternative(bare), audioCursors={"finalIndex": str(number)}))
        lines.append(_line(eouUpdate={"timeMs": str(1000 * number)}))
        if refined:
            refinement = {"finalIndex": str(number), "normalizedText": _alternative(utterance)}
            lines.append(_line(finalRefinement=refinement))
    return [*lines, _line(statusCode={"codeType": "CLOSED"})]


def _line(**event: Any) -> Json:
    return {"result": {"sessionUuid": {"uuid": "stand-in"}, **event, "channelTag": "0"}}


def _alternative(text: str) -> Json:
    return {"alternatives": [{"words": [], "text": text, "confidence": 1}], "channelTag": "0"}
