"""What the stand-in model says of itself: Markdown in Russian, and a word of command for each behaviour.

A question that is just one of these words (with its number, where it takes one) is obeyed; any other is
answered with a text that shows formatting, the settings of the request, and what is remembered.

slow · медленно [seconds]   answers after so many seconds (5)
long · длинно               a text for several messages
code · код                  a block of code
table · таблица             a table
refuse · откажись           a refusal
empty · пусто               no text at all
cut · обрежь                stops in the middle, as at the limit of tokens
fail · ошибка [status]      that HTTP error (500)
hang · зависни              never answers
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.emulator.model_replies import response_body
from bot.emulator.model_rules import CHARACTERS_PER_TOKEN, Refusal, conversation

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


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
    Command("fail", "ошибка", "that HTTP error", "такая ошибка HTTP", 500),
    Command("hang", "зависни", "never answers", "не отвечает никогда"),
)
_BY_WORD = {word: command for command in COMMANDS for word in (command.word, command.russian)}
# The whole of the last line, after the asker's name that a group's question may open with.
_COMMAND = re.compile(r"(?:[^\n:]{1,64}:\s*)?(?P<word>[^\W\d]+)(?:\s+(?P<number>\d{1,3}))?[.!?]?")

CODE = """\
Вот пример на Python:

```python
from dataclasses import dataclass


@dataclass
class Trip:
    city: str
    days: int

    def cost(self, per_day: float = 4_500.0) -> float:
        return self.days * per_day if self.days > 0 else 0.0


print(f"{Trip('Казань', 3).cost():,.2f} ₽")
```

Запустите: `python trip.py` — напечатает **13,500.00 ₽**."""

TABLE = """\
### Поездки на выходные

| Город | Дорога | Ночь, ₽ | Когда ехать |
|:--|--:|--:|:-:|
| Казань | 11 ч | 3 200 | май |
| Псков | 9 ч | 2 700 | июнь |
| Суздаль | 4 ч | 4 100 | всегда |

Цены _примерные_."""

REFUSAL = "Я не могу обсуждать эту тему. Давайте поговорим о чём-нибудь ещё."
_STEP = """\
## Шаг {n}

Выберите город и **запишите**, что хотите увидеть. Пункты можно менять местами:

1. билеты — заранее, за _{n} недели_;
2. жильё — рядом с вокзалом;
3. запас времени — `{n} ч` на дорогу.

```bash
plan --step {n} --city "Город {n}"
```

> Совет {n}: оставьте половину дня без планов — лучшее обычно случается само.
"""
LONG = "# Большой план\n\n" + "\n".join(_STEP.format(n=n) for n in range(1, 33))


async def demo_reply(request: dict[str, Any], sleep: Callable[[float], Awaitable[None]]) -> dict[str, Any]:
    """The response body for a checked request. Raises Refusal for `fail`; never returns for `hang`."""
    turns = conversation(request["input"])
    command, number = _command(turns[-1][1])
    if command == "fail":
        raise _failure(number if number in range(400, 600) else 500)
    if command == "hang":
        await asyncio.Event().wait()
    if command == "slow":
        await sleep(float(number))
    if command == "empty":
        return response_body(request)
    if command == "refuse":
        return response_body(request, refusal=REFUSAL)
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
    if command == "code":
        return CODE
    if command == "table":
        return TABLE
    if command in {"long", "cut"}:
        return LONG if command == "long" else LONG[:3000]
    earlier = [
        text.strip().splitlines()[-1][:60] for role, text in turns[:-1] if role == "user" and text.strip()
    ]
    remembered = (
        f"вопросов до этого: {len(earlier)}, последний — «{earlier[-1]}»" if earlier else "пока ничего"
    )
    question = " ".join(turns[-1][1].split())[:200]
    temperature = str(request.get("temperature", 1)).replace(".", ",")
    return (
        f"**Вы спросили:** {question}\n\n"
        "Я — учебная модель: думать не умею, зато показываю, как выглядит ответ.\n\n"
        f"- *температура*: `{temperature}`\n"
        f"- *самый длинный ответ*: `{request.get('max_output_tokens', 'без предела')}`\n"
        f"- *помню*: {remembered}\n\n"
        "> Попробуйте слова `код`, `таблица`, `длинно` или `медленно 5`."
    )


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
