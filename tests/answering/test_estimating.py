"""What is set aside for a question counts what goes along, and no lie makes that small or endless."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.answering.spending import Spending
from bot.core.model_request import Image
from bot.core.values import Attachment, AttachmentKind, Exchange
from bot.store import Store
from tests.answering.meters import CHAT, REQUEST, spending
from tests.clocks import ManualClock
from tests.databases import database_in
from tests.store.questions import question


@pytest.fixture
async def meter(tmp_path: Path) -> AsyncIterator[Spending]:
    clock = ManualClock()
    store = Store.open(database_in(tmp_path), clock=clock)
    yield spending(store, clock, person="100")
    await store.close()


def file(kind: AttachmentKind, **told: Any) -> Attachment:
    return replace(Attachment(kind, "AwAC", "AgAD"), **told)


def set_aside(meter: Spending, *attachments: Attachment) -> Decimal:
    """Beyond what a question without anything has."""
    plain, whole = (meter.reserve(question(attachments=each), CHAT) for each in ((), attachments))
    assert plain is not None
    assert whole is not None
    return whole.amount - plain.amount


async def test_pictures_cost_what_the_model_that_sees_takes(meter: Spending) -> None:
    picture = file(AttachmentKind.PICTURE, file_size=50_000)
    answer = 1500 * Decimal("0.1") / 1000  # its tokens cost more than those of the chat's model
    assert set_aside(meter, picture) == Decimal("0.5") + answer
    assert set_aside(meter, *[picture] * 10) == Decimal(5) + answer
    assert set_aside(meter, *[picture] * 30) == Decimal(5) + answer


@pytest.mark.parametrize(
    ("told", "rub"),
    [
        ({"file_size": 3000}, "0.2"),
        ({"file_size": 20_000_000}, "2.8"),
        ({"file_size": 0}, "2.8"),
        ({"file_size": 20_000_000, "text": "a" * 3000}, "0.2"),
    ],
)
async def test_a_document_costs_no_more_than_what_is_read_of_it(
    meter: Spending, told: dict[str, object], rub: str
) -> None:
    assert set_aside(meter, file(AttachmentKind.DOCUMENT, **told)) == Decimal(rub)


async def test_two_documents_share_what_is_read(meter: Spending) -> None:
    documents = [file(AttachmentKind.DOCUMENT, file_size=20_000_000) for _ in range(2)]
    assert set_aside(meter, *documents) == Decimal("2.8")


@pytest.mark.parametrize(
    ("kind", "told", "pieces"),
    [
        (AttachmentKind.VOICE, {"duration_s": 16, "file_size": 60_000}, 2),
        (AttachmentKind.VOICE, {"duration_s": 1, "file_size": 2_000_000}, 40),
        (AttachmentKind.VOICE, {"duration_s": 16, "file_size": 0}, 40),
        (AttachmentKind.VOICE, {"duration_s": 100_000, "file_size": 60_000}, 40),
        (AttachmentKind.VOICE, {"duration_s": 16, "file_size": 60_000, "text": "heard"}, 0),
        (AttachmentKind.VOICE, {"duration_s": 16, "file_size": 256_000}, 2),
        (AttachmentKind.VOICE, {"duration_s": 16, "file_size": 256_001}, 40),
        (AttachmentKind.VOICE, {"duration_s": 16, "file_size": 1}, 2),
        (AttachmentKind.VIDEO_NOTE, {"duration_s": 16, "file_size": 6_400_000}, 2),
        (AttachmentKind.VIDEO_NOTE, {"duration_s": 16, "file_size": 6_400_001}, 40),
        (AttachmentKind.AUDIO, {"duration_s": 16, "file_size": 6_400_000}, 2),
        (AttachmentKind.AUDIO, {"duration_s": 16, "file_size": 6_400_001}, 40),
        (AttachmentKind.VIDEO_NOTE, {"duration_s": 60, "file_size": 12_000_000}, 4),
        (AttachmentKind.AUDIO, {"duration_s": 180, "file_size": 7_000_000}, 12),
        (AttachmentKind.AUDIO, {"duration_s": 1, "file_size": 7_000_000}, 40),
        (AttachmentKind.AUDIO, {"file_size": 7_000_000}, 40),
    ],
)
async def test_speech_costs_what_its_sender_claims_unless_its_file_tells_otherwise(
    meter: Spending, kind: AttachmentKind, told: dict[str, object], pieces: int
) -> None:
    assert set_aside(meter, file(kind, **told)) == pieces * Decimal("0.1626")


async def test_what_is_set_aside_becomes_what_the_request_itself_may_cost(meter: Spending) -> None:
    voice = file(AttachmentKind.VOICE, duration_s=500, file_size=60_000)
    first = meter.reserve(question("Why?", attachments=(voice,)), CHAT)
    assert first is not None
    seen = replace(REQUEST, images=(Image("image/png", b"-"),) * 2, instructions="")
    revised = meter.revise(first, seen)
    assert revised is not None
    assert revised.accounts == first.accounts
    assert revised.amount == Decimal("0.3006") + 2 * Decimal("0.5")
    assert meter.revise(None, seen) is None


async def test_the_history_that_goes_along_is_set_aside_too(meter: Spending) -> None:
    first = meter.reserve(question("Why?"), CHAT)
    assert first is not None
    alone = meter.revise(first, REQUEST)
    assert alone is not None
    history = (Exchange("а" * 3000, "б" * 6000), Exchange("в" * 300, "г" * 600))
    together = meter.revise(alone, replace(REQUEST, history=history))
    assert together is not None
    assert together.amount - alone.amount == Decimal("0.66")
