"""Sends a second through 256 chats at 50 ms from Telegram, by transport; the server is another process.

`python -m benchmarks.transport [SENDS]` prints one JSON line a transport: the fastest of its rounds, and how
many times python-telegram-bot's own transport that is. `httpx-aiohttp` takes part if it is installed.
"""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.core.clock import SystemClock
from bot.delivery.flood import FloodControl
from bot.delivery.transport import Transport

if TYPE_CHECKING:
    from telegram.request import BaseRequest

CHATS = 256
LATENCY_S = 0.05
ROUNDS = 3
TOKEN = "123456:benchmark"  # noqa: S105 - nobody's
TEXT = "Ответ бота длиной в два предложения. Второе из них немного длиннее первого, как и бывает. " * 4


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes requests one after the other and answers each with the same message, as cheaply as can be."""
    message = {"message_id": 1, "date": 1_700_000_000, "chat": {"id": 1, "type": "private"}, "text": TEXT}
    body = json.dumps({"ok": True, "result": message}, ensure_ascii=False).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    try:
        while True:
            request = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(request.partition(b"content-length:")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            await asyncio.sleep(LATENCY_S)
            writer.write(head + body)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=4 * CHATS)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def through(bot: ExtBot[Any], sends: int, chat_ids: Iterator[int]) -> tuple[float, float]:
    """Seconds, and seconds of CPU, that so many sends took, each chat's one by one."""

    async def chat(count: int) -> None:
        for _ in range(count):
            await bot.send_message(next(chat_ids), TEXT)

    started_s, cpu_s = perf_counter(), process_time()
    await asyncio.gather(*(chat(sends // CHATS) for _ in range(CHATS)))
    return perf_counter() - started_s, process_time() - cpu_s


def over_aiohttp() -> BaseRequest:
    import aiohttp  # noqa: PLC0415
    from httpx_aiohttp import AiohttpTransport  # noqa: PLC0415 - optional

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CHATS))

    return HTTPXRequest(httpx_kwargs={"transport": AiohttpTransport(client=session)})


async def measure(root: str, sends: int) -> None:
    kinds: dict[str, Callable[[], BaseRequest]] = {
        "python-telegram-bot's own": lambda: HTTPXRequest(pool_timeout=60, read_timeout=60, write_timeout=60),
        "httpx-aiohttp": over_aiohttp,
        "ours": Transport,
        "ours, flood control": Transport,
    }
    if importlib.util.find_spec("httpx_aiohttp") is None:
        del kinds["httpx-aiohttp"]
    best: dict[str, tuple[float, float]] = {}
    chat_ids = itertools.count(1)
    for _, kind in itertools.product(range(ROUNDS), kinds):
        # Each send goes to a chat of its own: the flood control shall cost its time, not make anyone wait.
        flood = FloodControl(per_s=1_000_000, clock=SystemClock()) if "flood" in kind else None
        bot: ExtBot[Any] = ExtBot(
            TOKEN,
            base_url=f"{root}/bot",
            request=kinds[kind](),
            get_updates_request=Transport(),
            rate_limiter=flood,
        )
        async with bot.request:
            await through(bot, CHATS, chat_ids)  # connections, caches
            best[kind] = min(best.get(kind, (float("inf"), 0)), await through(bot, sends, chat_ids))
    own_s = best["python-telegram-bot's own"][0]
    for kind, (took_s, cpu_s) in best.items():
        line = {
            "benchmark": "transport",
            "transport": kind,
            "sends_per_s": round(sends / took_s),
            "cpu_ms_a_send": round(cpu_s / sends * 1000, 3),
            "times_its_own": round(own_s / took_s, 1),
        }
        print(json.dumps(line))


def main() -> None:
    sends = int(sys.argv[1]) if len(sys.argv) > 1 else 2048
    command = [
        sys.executable,
        "-c",
        "import asyncio; from benchmarks.transport import serve; asyncio.run(serve())",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own
        try:
            port = int(server.stdout.readline()) if server.stdout else 0
            asyncio.run(measure(f"http://127.0.0.1:{port}", sends // CHATS * CHATS))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
