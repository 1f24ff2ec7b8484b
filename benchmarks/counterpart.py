"""What a bot talks to while it is measured: Telegram and the model in one process, as cheap as can be made.

The emulator checks all that it is sent, at the price of a processor; this one checks nothing, and notes when
things happen: an update left, the model was asked, it replied, the answer arrived.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]

TOKEN = "123456789:AABenchmarkBenchmarkBenchmarkBench12"  # noqa: S105 - nobody's
MARK = "Вопрос №"
TURNED_AWAY = "Сейчас вопросов больше"
"""How the line begins that a chat gets, at most twice a minute, when the queue is full."""
ANSWER = (
    "Коротко: **да**, и вот почему.\n\n"
    "- Снег рассеивает свет всех длин волн одинаково, поэтому мы видим его белым.\n"
    "- Лёд прозрачен: в нём нет границ, на которых свет преломлялся бы снова и снова.\n\n"
    "Если растолочь лёд, он станет белым, как снег; это легко проверить на кухне `за минуту`. "
    "Так же ведут себя сахар, соль и битое стекло.\n\n"
)
_REFUSALS = {
    "429": {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    },
    "500": {"ok": False, "error_code": 500, "description": "Internal Server Error"},
}
QUIET_S = 20.0
"""Longer than any pause of the bot's in which nothing comes of a load."""
US = {"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


@dataclass(slots=True)
class Asked:
    """One question's moments, in seconds of the monotonic clock; 0: not yet."""

    chat_id: int
    left_s: float = 0.0
    asked_s: float = 0.0
    replied_s: float = 0.0
    answered_s: float = 0.0
    requests: int = 0
    answers: int = 0


@dataclass
class Counterpart:
    """Speaks HTTP/1.1 with keep-alive. `delay` gives a question's seconds at the model, by its number."""

    delay: Callable[[int], float] = lambda _n: 2.0
    bot_api_s: float = 0.05
    trouble: Callable[[str], str] = lambda _method: ""
    """What goes wrong with a request of a method ("responses": the model's): "", "429", "500" or "cut", which
    is acted on and has no reply."""
    asked: dict[int, Asked] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)
    """The numbers of the questions not answered yet."""
    arrivals: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The numbers of the questions answered, by chat, in the order in which the answers came."""
    told_full: set[int] = field(default_factory=set)
    """The chats that were told that the queue is full."""
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    first_poll_s: float = 0.0
    port: int = 0
    _updates: list[Json] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)
    _poll_came: asyncio.Event = field(default_factory=asyncio.Event)
    _message_id: int = 0
    _last_number: int = 0
    """Of updates, and so of questions."""

    def ask(self, chat_id: int) -> int:
        """A person sends a message; the question's number."""
        number = self._last_number + 1
        self.asked[number] = Asked(chat_id)
        self.open.add(number)
        chat = {"id": chat_id, "type": "private", "first_name": "Анна"}
        self._say(chat, chat_id, f"{MARK}{number}: почему снег белый, а лёд прозрачный?")
        return number

    @property
    def waiting(self) -> int:
        """Updates that are not acknowledged."""
        return len(self._updates)

    def remark(self, group_id: int, *, ago_s: int = 0) -> None:
        """A person says something in a group, not to the bot."""
        chat = {"id": group_id, "type": "supergroup", "title": "Дача"}
        self._say(
            chat, self._last_number % 30 + 1, "Едем в субботу в десять, от Киевского, кто с нами?", ago_s
        )

    def _say(self, chat: Json, person_id: int, text: str, ago_s: int = 0) -> None:
        self._last_number += 1
        message = {
            "message_id": self._last_number,
            "date": int(time.time()) - ago_s,
            "chat": chat,
            "from": {"id": person_id, "is_bot": False, "first_name": "Анна", "language_code": "ru"},
            "text": text,
        }
        self._updates.append({"update_id": self._last_number, "message": message})
        self._more.set()

    async def settled(self, *, within_s: float, quiet_s: float = QUIET_S) -> None:
        """Returns when every question is answered, no answer has come for `quiet_s`, or the time is over."""
        ends_s = time.monotonic() + within_s
        while self.open and (left_s := ends_s - time.monotonic()) > 0:
            self._arrival.clear()
            try:
                await asyncio.wait_for(self._arrival.wait(), min(left_s, quiet_s))
            except TimeoutError:
                return

    def without_answer(self, questions: Iterable[Asked]) -> tuple[int, int]:
        """How many of them have none: in chats that were told that the queue is full, and in others."""
        chats = [question.chat_id for question in questions if not question.answered_s]
        turned_away = sum(chat in self.told_full for chat in chats)
        return turned_away, len(chats) - turned_away

    async def polled(self) -> None:
        """Returns at the first getUpdates since `first_poll_s` was 0."""
        while not self.first_poll_s:
            self._poll_came.clear()
            await self._poll_came.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Counterpart]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, backlog=2048)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                line, _, rest = head.partition(b"\r\n")
                length = int(rest.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
                body = await reader.readexactly(length) if length else b""
                target = line.split(b" ")[1].decode()
                await self._answer(target, rest, body, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # cancelled: the measurement is over
        finally:
            writer.close()

    async def _answer(self, target: str, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
        method = urlsplit(target).path.rpartition("/")[2]
        if method == "responses":
            await self.model(body, writer)
        elif method == "models":
            write(writer, {"object": "list", "data": []})
        else:
            await self._telegram(method, _params(target, head, body), writer)

    async def model(self, body: bytes, writer: asyncio.StreamWriter) -> None:
        number = number_in(body.decode())
        question = self.asked[number]
        question.asked_s = question.asked_s or time.monotonic()
        question.requests += 1
        trouble = self.trouble("responses")
        if trouble in {"429", "500"}:
            self.refused[f"model {trouble}"] += 1
            write(writer, {"error": {"message": "no", "code": None}}, status=int(trouble))
            return
        await asyncio.sleep(self.delay(number))
        if trouble == "cut":
            self.refused["model cut"] += 1
            writer.close()
            raise ConnectionError
        write(writer, response(f"{ANSWER}{MARK}{number}."))
        question.replied_s = time.monotonic()

    async def _telegram(self, method: str, params: Json, writer: asyncio.StreamWriter) -> None:
        if method == "getUpdates":
            await self._poll(int(params.get("offset", 0)), writer)
            return
        trouble = self.trouble(method)
        if trouble:
            self.refused[f"{method} {trouble}"] += 1
        refusal = _REFUSALS.get(trouble)
        reply = refusal or {"ok": True, "result": self._done(method, params)}
        await asyncio.sleep(self.bot_api_s)
        if trouble == "cut":
            writer.close()
            raise ConnectionError
        write(writer, reply, status=int(trouble) if refusal else 200)

    def _done(self, method: str, params: Json) -> Json | bool:
        match method:
            case "getMe":
                return {**US, "can_join_groups": True, "can_read_all_group_messages": False}
            case "getWebhookInfo":
                return {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
            case "sendMessage" | "editMessageText":
                return self.arrived(params)
        return True

    def arrived(self, params: Json) -> Json:
        text, chat_id = str(params["text"]), int(params["chat_id"])
        if ANSWER[:12].replace("*", "") in text.replace("*", ""):
            question = self.asked[number_in(text)]
            question.answers += 1
            if not question.answered_s:
                question.answered_s = time.monotonic()
                self.arrivals[chat_id].append(number_in(text))
                self.open.discard(number_in(text))
                self._arrival.set()
        elif text.startswith(TURNED_AWAY):
            self.told_full.add(chat_id)
        elif MARK not in text:
            self.refused[f"said: {re.sub('[0-9]+', 'N', text[:40])}"] += 1
        return self.message(params)

    def message(self, params: Json) -> Json:
        """What stands in the chat now."""
        chat_id = int(params["chat_id"])
        self._message_id += 1
        chat = {"id": chat_id, "type": "private", "first_name": "Анна"}
        return {
            "message_id": int(params.get("message_id", 10**6 + self._message_id)),
            "date": int(time.time()),
            "chat": chat,
            "from": US,
            "text": params["text"],
        }

    async def _poll(self, offset: int, writer: asyncio.StreamWriter) -> None:
        self.first_poll_s = self.first_poll_s or time.monotonic()
        self._poll_came.set()
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if not self._updates:
            self._more.clear()
            try:
                async with asyncio.timeout(30):
                    await self._more.wait()
            except TimeoutError:
                pass
        leaving = self._updates[:100]
        now_s = time.monotonic()
        for update in leaving:
            question = self.asked.get(update["update_id"])
            if question is not None:
                question.left_s = question.left_s or now_s
        write(writer, {"ok": True, "result": leaving})


def _params(target: str, head: bytes, body: bytes) -> Json:
    query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
    if b"application/json" in head:
        return {**query, **json.loads(body or b"{}")}
    return {**query, **{name: values[0] for name, values in parse_qs(body.decode()).items()}}


def number_in(text: str) -> int:
    """Of the last question named."""
    digits = text.rpartition(MARK)[2]
    return int(digits[: next((n for n, sign in enumerate(digits) if not sign.isdigit()), len(digits))])


def response(text: str) -> Json:
    content = {"type": "output_text", "text": text, "annotations": []}
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [content],
    }
    usage = {
        "input_tokens": 40,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 150,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 190,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_700_000_000,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "model": "yandexgpt-lite",
        "output": [message],
        "parallel_tool_calls": True,
        "temperature": 0.8,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "metadata": {},
        "usage": usage,
    }


def write(writer: asyncio.StreamWriter, answer: Json, status: int = 200) -> None:
    body = json.dumps(answer, ensure_ascii=False).encode()
    head = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    writer.write(head % (status, len(body)) + body)
