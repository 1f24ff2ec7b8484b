"""What the stand-in model says of itself: Markdown, and a word of command for each behaviour.

A question that is just one of these words (with its number, where it takes one) is obeyed; any other is
answered with a text that shows formatting, the settings of the request, and what is remembered, in the
language of the question.

slow · медленно [seconds]   answers after so many seconds (5)
long · длинно               a text for several messages
code · код                  a block of code
table · таблица             a table
refuse · откажись           a refusal
empty · пусто               no text at all
cut · обрежь                stops in the middle, as at the limit of tokens
fail · ошибка [status]      that HTTP error (429)
hang · зависни              never answers
drip · капай [seconds]      streams for so many seconds (10)
break · оборвись            breaks its stream off in the middle
filter · скрой              streams a half, then moderation takes it all back
whole · целиком             refuses to stream
search · найди              searches, where it may: made-up sources below a text
forbid · запрети            refuses to search
think · думай               thinks aloud, within <think>, before the answer
ponder · задумайся          spends the whole limit on thought
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.emulator.model_replies import filtered_body, overthought_body, response_body
from bot.emulator.model_rules import (
    CANNOT_SEARCH,
    CANNOT_STREAM,
    CHARACTERS_PER_TOKEN,
    Refusal,
    conversation,
    pictures,
)
from bot.emulator.model_streaming import Manner
from bot.emulator.model_texts import ENGLISH, RUSSIAN, Texts


@dataclass(frozen=True, slots=True)
class Command:
    """A word that the stand-in model obeys, for the page to show."""

    word: str
    russian: str
    does: str
    does_in_russian: str
    default: int | None = None
    """The number that it may be followed by."""


COMMANDS = (
    Command("slow", "медленно", "answers after so many seconds", "отвечает через столько секунд", 5),
    Command("long", "длинно", "a text for several messages", "текст на несколько сообщений"),
    Command("code", "код", "a block of code", "блок кода"),
    Command("table", "таблица", "a table", "таблица"),
    Command("refuse", "откажись", "a refusal", "отказ отвечать"),
    Command("empty", "пусто", "no text at all", "пустой ответ"),
    Command("cut", "обрежь", "stops in the middle", "обрывается на середине"),
    Command("fail", "ошибка", "that HTTP error: 429, 500…", "такая ошибка HTTP: 429, 500…", 429),
    Command("hang", "зависни", "never answers", "не отвечает никогда"),
    Command("drip", "капай", "streams for so many seconds", "пишет на глазах столько секунд", 10),
    Command("break", "оборвись", "breaks its stream off", "обрывает поток посередине"),
    Command("filter", "скрой", "moderation takes the answer back", "модерация забирает ответ"),
    Command("whole", "целиком", "refuses to stream", "не умеет писать на глазах"),
    Command("search", "найди", "searches, where it may", "ищет в интернете, если можно"),
    Command("forbid", "запрети", "refuses to search", "отказывается искать"),
    Command("think", "думай", "thinks aloud before the answer", "думает вслух перед ответом"),
    Command("ponder", "задумайся", "spends the limit on thought", "тратит весь предел на раздумья"),
)
_BY_WORD = {word: command for command in COMMANDS for word in (command.word, command.russian)}
FOUND = ("www.example.com", "https://example.org/pogoda", "example.org/pogoda/", "http://example.net/a?b=1")
"""What a search finds: without a scheme, and one page twice, as the provider gives them."""
FIRST_WORDS = 8
# A line behind a mark that is no letter, as quotations and documents are set in a question.
_QUOTED = re.compile(r"[>|│▏»] ?")
# A group's question may open with its asker's name.
_NAME = r"[^\n:]{1,64}:\s*"
_COMMAND = re.compile(f"(?:{_NAME})?" + r"(?P<word>[^\W\d]+)(?:\s+(?P<number>\d{1,3}))?[.!?]?")


async def demo_reply(request: dict[str, Any], sleep: Callable[[float], Awaitable[None]]) -> dict[str, Any]:
    """The response body for a checked request. Raises Refusal for `fail`, `whole` and `forbid`, the last two
    where what they refuse is asked for; never returns for `hang`.
    """
    turns = conversation(request["input"])
    command, number = _command(turns[-1][1])
    _refuse(request, command, number)
    if command == "hang":
        await asyncio.Event().wait()
    if command == "slow":
        await sleep(float(number))
    return _special(request, command, _texts(turns)) or _answer(request, command, turns)


def demo_manner(request: dict[str, Any]) -> Manner:
    """How the same request's stream goes."""
    turns = conversation(request["input"])
    command, number = _command(turns[-1][1])
    if command == "drip":
        return Manner(lasts_s=float(number))
    if command == "break":
        return Manner(end="cut")
    if command == "filter":
        return Manner(said=_texts(turns).long[:600])
    return Manner()


def _refuse(request: dict[str, Any], command: str, number: int) -> None:
    if command == "fail":
        raise _failure(number if number in range(400, 600) else 500)
    if command == "whole" and request.get("stream"):
        raise Refusal(400, CANNOT_STREAM)
    if command == "forbid" and request.get("tools"):
        raise Refusal(403, CANNOT_SEARCH)


def _special(request: dict[str, Any], command: str, texts: Texts) -> dict[str, Any] | None:
    """The response to a word that has one of its own."""
    if command == "empty":
        return response_body(request)
    if command == "refuse":
        return response_body(request, refusal=texts.refusal)
    if command == "filter":
        return filtered_body(request, texts.refusal)
    if command == "ponder":
        return overthought_body(request, texts.thought)
    if command == "search" and request.get("tools"):
        return response_body(request, texts.searched, found=FOUND)
    return None


def _answer(request: dict[str, Any], command: str, turns: list[tuple[str, str]]) -> dict[str, Any]:
    text = _remainder(turns) or _text(command, request, turns)
    limit = int(request.get("max_output_tokens") or 8000) * CHARACTERS_PER_TOKEN
    if command == "cut":
        limit = min(limit, len(text) // 2)
    cut = "max_output_tokens" if len(text) > limit else ""
    return response_body(request, text[:limit], incomplete=cut, usage=len(turns) > 1)


def _command(question: str) -> tuple[str, int]:
    match = _COMMAND.fullmatch(question.strip().splitlines()[-1].strip()) if question.strip() else None
    command = _BY_WORD.get(match["word"].lower()) if match else None
    if match is None or command is None or (match["number"] and command.default is None):
        return "", 0
    return command.word, int(match["number"] or command.default or 0)


def _text(command: str, request: dict[str, Any], turns: list[tuple[str, str]]) -> str:
    texts = _texts(turns)
    if command in {"code", "table", "long"}:
        return {"code": texts.code, "table": texts.table, "long": texts.long}[command]
    if command == "cut":
        return texts.long[:3000]
    if command == "search":
        return texts.cannot_search
    if command == "think":
        return f"<think>\n{texts.thought}\n</think>\n\n{texts.after_thought}"
    earlier = [
        text.strip().splitlines()[-1][:60] for role, text in turns[:-1] if role == "user" and text.strip()
    ]
    remembered = texts.remembered.format(count=len(earlier), last=earlier[-1]) if earlier else texts.nothing
    temperature = str(request.get("temperature", 1))
    return texts.usual.format(
        question=" ".join(turns[-1][1].split())[:200],
        temperature=temperature.replace(".", ",") if texts is RUSSIAN else temperature,
        longest=request.get("max_output_tokens", texts.boundless),
        remembered="\n- ".join([remembered, *_attached(request, turns[-1][1], texts)]),
    )


def _attached(request: dict[str, Any], question: str, texts: Texts) -> Iterator[str]:
    """What is seen of pictures, and the first words of what is quoted: a document, a forward, a reply."""
    if shown := pictures(request.get("input")):
        yield texts.seen.format(pictures=", ".join(shown))
    quoted = [line for line in question.splitlines() if _QUOTED.match(line)]
    words = " ".join(_QUOTED.sub("", line) for line in quoted).split()
    if words:
        yield texts.read.format(words=" ".join(words[:FIRST_WORDS]))


def _texts(turns: list[tuple[str, str]]) -> Texts:
    """In the language of the question, whatever that of the asker's name is."""
    line = (turns[-1][1].strip().splitlines() or [""])[-1]
    for said in (re.sub(f"^{_NAME}", "", line), line):
        if re.search("[А-Яа-яЁё]", said):
            return RUSSIAN
        if re.search("[A-Za-z]", said):
            return ENGLISH
    return RUSSIAN


def _remainder(turns: list[tuple[str, str]]) -> str:
    """The rest of an answer that was cut, when the last turns ask to go on with it."""
    if len(turns) < 3 or [role for role, _ in turns[-3:]] != ["user", "assistant", "user"]:
        return ""
    command, _ = _command(turns[-3][1])
    whole, start = _text(command, {}, turns[:-2]), turns[-2][1]
    return (
        whole[len(start) :] if command in {"long", "cut", "code", "table"} and whole.startswith(start) else ""
    )


def _failure(status: int) -> Refusal:
    if status == 429:
        return Refusal(
            429,
            "ai.textGenerationCompletionSessionsCount.count gauge quota limit exceed: allowed 10 requests",
        )
    return Refusal(status, f"Ошибка {status} по вашей просьбе", "demo")
