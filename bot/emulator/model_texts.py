"""What the stand-in model writes, in Russian and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's."""

    code: str
    table: str
    long: str
    refusal: str
    usual: str
    """With the question, the settings of the request, and what is remembered."""
    boundless: str
    remembered: str
    nothing: str
    seen: str
    read: str
    thought: str
    after_thought: str
    searched: str
    cannot_search: str


_CODE: Final = """\
{opening}

```python
from dataclasses import dataclass


@dataclass
class Trip:
    city: str
    days: int

    def cost(self, per_day: float = 4_500.0) -> float:
        return self.days * per_day if self.days > 0 else 0.0


print(f"{{Trip('{city}', 3).cost():,.2f}} ₽")
```

{ending}"""

_RUSSIAN_STEP: Final = """\
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
_ENGLISH_STEP: Final = """\
## Step {n}

Choose a town and **write down** what you want to see. The points can change places:

1. the tickets, _{n} weeks_ ahead;
2. a room near the station;
3. `{n} h` to spare for the road.

```bash
plan --step {n} --city "Town {n}"
```

> Hint {n}: leave half a day without plans, the best things happen by themselves.
"""


def _long(title: str, step: str) -> str:
    return f"# {title}\n\n" + "\n".join(step.format(n=n) for n in range(1, 33))


RUSSIAN: Final = Texts(
    code=_CODE.format(
        opening="Вот пример на Python:",
        city="Казань",
        ending="Запустите: `python trip.py` — напечатает **13,500.00 ₽**.",
    ),
    table="""\
### Поездки на выходные

| Город | Дорога | Ночь, ₽ | Когда ехать |
|:--|--:|--:|:-:|
| Казань | 11 ч | 3 200 | май |
| Псков | 9 ч | 2 700 | июнь |
| Суздаль | 4 ч | 4 100 | всегда |

Цены _примерные_.""",
    long=_long("Большой план", _RUSSIAN_STEP),
    refusal="Я не могу обсуждать эту тему. Давайте поговорим о чём-нибудь ещё.",
    usual="""\
**Вы спросили:** {question}

Я — учебная модель: думать не умею, зато показываю, как выглядит ответ.

- *температура*: `{temperature}`
- *самый длинный ответ*: `{longest}`
- *помню*: {remembered}

> Попробуйте слова `код`, `таблица`, `длинно` или `медленно 5`.""",
    boundless="без предела",
    remembered="вопросов до этого: {count}, последний — «{last}»",
    nothing="пока ничего",
    seen="*вижу*: {pictures}",
    read="*читаю*: «{words}…»",
    thought="Хм, меня просят подумать. Дважды два — четыре, значит, отвечу уверенно.",
    after_thought="Подумал и отвечаю: **дважды два — четыре**.",
    searched="Нашёл: в выходные **тепло**, но обещают дождь. Источники придуманы, как и погода.",
    cannot_search="Искать в интернете мне сейчас не разрешили.",
)
ENGLISH: Final = Texts(
    code=_CODE.format(
        opening="Here is an example in Python:",
        city="Kazan",
        ending="Run `python trip.py`: it prints **13,500.00 ₽**.",
    ),
    table="""\
### Weekend trips

| Town | Road | Night, ₽ | When to go |
|:--|--:|--:|:-:|
| Kazan | 11 h | 3,200 | May |
| Pskov | 9 h | 2,700 | June |
| Suzdal | 4 h | 4,100 | always |

Prices are _approximate_.""",
    long=_long("A big plan", _ENGLISH_STEP),
    refusal="I can't discuss this. Let us talk about something else.",
    usual="""\
**You asked:** {question}

I am a stand-in model: I can't think, but I show what an answer looks like.

- *temperature*: `{temperature}`
- *longest answer*: `{longest}`
- *I remember*: {remembered}

> Try the words `code`, `table`, `long` or `slow 5`.""",
    boundless="no limit",
    remembered="questions before: {count}, the last one: “{last}”",
    nothing="nothing yet",
    seen="*I see*: {pictures}",
    read="*I read*: “{words}…”",
    thought="Hm, I am asked to think. Two and two make four, so I can answer with confidence.",
    after_thought="I have thought about it: **two and two make four**.",
    searched="Found: the weekend will be **warm**, with some rain. The sources are made up, as it is.",
    cannot_search="I was not allowed to search the web this time.",
)
