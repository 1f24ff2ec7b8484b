"""Whether the model answers: a real request for one token, with the failure put in words."""

from __future__ import annotations

import difflib
from typing import Final

from bot.commands.check.points import Point, failed, ok
from bot.commands.exits import Exit
from bot.config.provider import model_config
from bot.config.settings import Settings
from bot.core.clock import Clock
from bot.core.model_request import Generation, ModelRequest
from bot.identity import IamTokens
from bot.model import FailureKind, Model, ModelFailure

NAME: Final = "model"
_LISTED: Final = 30
_CONFIGURATION: Final = frozenset(
    {FailureKind.BAD_REQUEST, FailureKind.UNAUTHORIZED, FailureKind.FORBIDDEN, FailureKind.UNSUPPORTED}
)
_LATER: Final = "try again in a minute; https://status.yandex.cloud tells of trouble there"
_PROXY: Final = "YANDEX_CLOUD_PROXY_URL: the proxy wants another user name or password"
_PROXY_STATUS: Final = 407
_ACCOUNT: Final = (
    "YANDEX_CLOUD_IAM: the service account may have been deleted, or have no role on the folder "
    "YANDEX_CLOUD_FOLDER: give it ai.languageModels.user and ai.assistants.editor"
)
_MENDS: Final = {
    FailureKind.UNAUTHORIZED: (
        "YANDEX_CLOUD_API_KEY: it is wrong, expired or deleted, or its scope is not "
        "yc.ai.foundationModels.execute"
    ),
    FailureKind.FORBIDDEN: (
        "give the service account the roles ai.languageModels.user and ai.assistants.editor on the folder "
        "YANDEX_CLOUD_FOLDER, and see that its billing account is active"
    ),
    FailureKind.BAD_REQUEST: (
        "YANDEX_CLOUD_MODEL may be retired or misspelt; YANDEX_CLOUD_FOLDER must be the folder of the "
        "service account that the key belongs to"
    ),
    FailureKind.UNSUPPORTED: "YANDEX_CLOUD_MODEL: this model has no Responses API; choose another",
    FailureKind.QUOTA: "the quota is used up at this moment: wait, lower MODEL_CONCURRENCY, or ask for more",
    FailureKind.BROKEN_REPLY: (
        "what answers is not the Responses API: check YANDEX_CLOUD_BASE_URL and YANDEX_CLOUD_PROXY_URL"
    ),
    FailureKind.UNAVAILABLE: (
        "see whether the host of YANDEX_CLOUD_BASE_URL can be reached from here, and YANDEX_CLOUD_PROXY_URL "
        "if it is set; https://status.yandex.cloud tells of trouble there"
    ),
}


async def check_model(settings: Settings, tokens: IamTokens | None, clock: Clock) -> Point:
    """`tokens`: who the bot is, where it has no API key."""
    name = settings.yandex_cloud_model
    model = Model(model_config(settings, tokens), clock=clock)
    try:
        request = ModelRequest(Generation(name, temperature=0, max_output_tokens=1), "", "1")
        reply = await model.ask(request, timeout_s=settings.model_timeout_s)
    except ModelFailure as failure:
        mend = _PROXY if _proxy_refuses(failure) else _MENDS.get(failure.kind, _LATER)
        if tokens is not None and failure.kind is FailureKind.UNAUTHORIZED:
            mend = _ACCOUNT
        if failure.kind is FailureKind.BAD_REQUEST and mend != _PROXY:
            mend += await _available(model, name)
        status = Exit.BAD_CONFIGURATION if failure.kind in _CONFIGURATION else Exit.FAILED
        return failed(NAME, f"{name}: {failure}: {_one_line(failure)}", mend, status)
    finally:
        await model.close()
    vision = settings.yandex_cloud_vision_model
    seen = f"pictures go to {vision}" if vision else "pictures are declined: no YANDEX_CLOUD_VISION_MODEL"
    return ok(NAME, f"{name} answered in {reply.duration_s:.1f} s; {seen}")


def _proxy_refuses(failure: ModelFailure) -> bool:
    """Whether a proxy wants another user name or password: it tells so by its status, or in words only."""
    detail = failure.detail.lower()
    words = ("407", "password", "requested")  # of HTTP; of SOCKS, as httpcore2 puts it
    return failure.http_status == _PROXY_STATUS or (
        detail.startswith("proxyerror") and any(word in detail for word in words)
    )


async def _available(model: Model, name: str) -> str:
    try:
        names = await model.models()
    except ModelFailure:
        return (
            "; the models available can't be listed with this key (that takes the scope yc.ai.models.viewer)"
        )
    nearest = sorted(names, key=lambda other: -difflib.SequenceMatcher(None, name, other).ratio())
    return f"; available: {', '.join(nearest[:_LISTED])}" if names else ""


def _one_line(failure: ModelFailure) -> str:
    ids = f" ({failure.provider_ids})" if failure.provider_ids else ""
    return " ".join(failure.detail.split()) + ids
