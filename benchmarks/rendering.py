"""The cost of rendering and splitting an answer, in units of a plain `str.split` of the same answer.

`python -m benchmarks.rendering` prints one JSON line a sample. Compare ratios, not milliseconds: both figures
of a line come from the same run on the same machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from time import perf_counter

from bot.markup.splitting import parts

ROUNDS = 15

PROSE = """
Температура управляет случайностью ответа: при **низких** значениях модель выбирает самые вероятные слова, при
*высоких* чаще берёт неожиданные. Для фактов подойдёт `0.1`, для стихов — `0.9`; подробнее
[в документации](https://yandex.cloud/ru/docs/foundation-models/). Это обычный абзац без особой разметки.

"""
DENSE = """
## Раздел

Текст **жирный**, *курсив* и `код`, [ссылка](https://yandex.cloud/ru/docs).

1. Первый пункт
2. Второй **пункт**
   - вложенный

```python
for number in range(10):
    print(number)
```

| Имя | Цена |
|-----|-----:|
| Сыр | 10 |

"""


def main() -> None:
    for name, sample in (("prose", PROSE), ("dense", DENSE)):
        for length in (2_000, 30_000):
            answer = (sample * (length // len(sample) + 1))[:length]
            unit_ms = fastest_ms(answer.split, repeats=100)
            cost_ms = fastest_ms(partial(parts, answer))
            print(
                json.dumps(
                    {
                        "benchmark": "rendering",
                        "answer": name,
                        "characters": length,
                        "parts": len(parts(answer)),
                        "cost_ms": round(cost_ms, 3),
                        "unit_ms": round(unit_ms, 5),
                        "cost_in_units": round(cost_ms / unit_ms),
                    }
                )
            )


def fastest_ms(call: Callable[[], object], *, repeats: int = 1) -> float:
    """Of several rounds the fastest: the others measure what else the machine did."""
    best_s = float("inf")
    for _ in range(ROUNDS):
        start_s = perf_counter()
        for _ in range(repeats):
            call()
        best_s = min(best_s, perf_counter() - start_s)
    return best_s / repeats * 1000


if __name__ == "__main__":
    main()
