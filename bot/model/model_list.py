"""Picks the text models out of the provider's list."""

from __future__ import annotations

import re
from typing import Any

from bot.model.results import FailureKind, ModelFailure

# The scheme tells for the provider's own URIs (emb://, art://, cls://…); a bare id has only its words.
_NOT_TEXT = re.compile(
    r"embed|(^|[-/])emb([-/]|$)|text-search|rerank|classif|speech|whisper|tts|stt|audio|image|-art\b|moderation",
    re.IGNORECASE,
)
_NAME_LIMIT = 200


def text_models(body: Any, folder: str) -> list[str]:
    """Names as `YANDEX_CLOUD_MODEL` takes them, in the provider's order, each once.

    `gpt://<folder>/name/latest` becomes `name`, as `latest` is what a URI without a version means; a
    URI of another folder stays whole. Raises ModelFailure where `body` is not a list of models.
    """
    listed = body.get("data") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise ModelFailure(FailureKind.BROKEN_REPLY, http_status=200, detail="no list of models")
    ids = [model.get("id") for model in listed if isinstance(model, dict)]
    names = [_name(uri, folder) for uri in ids if isinstance(uri, str) and len(uri) <= _NAME_LIMIT]
    return [name for name in dict.fromkeys(names) if name and not _NOT_TEXT.search(name)]


def _name(uri: str, folder: str) -> str:
    scheme, separator, rest = uri.partition("://")
    if separator and scheme != "gpt":
        return ""
    name = rest.removeprefix(f"{folder}/") if rest.startswith(f"{folder}/") else uri
    return name.removesuffix("/latest")
