"""A Telegram of its own on this machine: people, chats and one bot, behind a Bot API server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Literal, Self

from aiohttp import web

from bot.emulator import keeping
from bot.emulator.botapi import MAX_REQUEST_BYTES, BotApi
from bot.emulator.flood import Flood, FloodRules
from bot.emulator.people import User
from bot.emulator.refusals import Refusal, too_many_requests
from bot.emulator.state import State
from bot.emulator.ticking import Clock, RealClock
from bot.emulator.town import Town
from bot.emulator.webhook import Webhook
from bot.emulator.wire import Call, Failure

Json = dict[str, Any]


class World(Town):
    """Serves the Bot API while it is entered; leaving it fails if the bot broke the schema."""

    def __init__(
        self, clock: Clock | None = None, seed: int = 0, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        super().__init__(State(clock or RealClock(), seed))
        self.api = BotApi(self.state)
        self._webhook: asyncio.Task[None] | None = None
        self._address = host, port
        self._runner: web.AppRunner | None = None
        self.url = ""
        """Root for TELEGRAM_API_URL."""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        self.api.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._address).start()
        self._webhook = asyncio.create_task(Webhook(self.state.updates, self.state.clock).run())
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.state.updates.close()
        if self._webhook is not None:
            self._webhook.cancel()
            await asyncio.gather(self._webhook, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
        if error is None and self.faults:
            raise AssertionError("the bot broke the Bot API's schema:\n" + "\n".join(self.faults))

    @property
    def token(self) -> str:
        return self.state.token

    @property
    def bot(self) -> Json:
        return self.state.bot

    @property
    def calls(self) -> list[Call]:
        """Every Bot API call so far."""
        return self.state.wire.calls

    @property
    def faults(self) -> list[str]:
        """What the bot sent against the schema: unknown methods and fields, wrong types."""
        return self.api.faults

    @property
    def flood(self) -> FloodRules | None:
        """The flood limits in force; None, as at first, for none."""
        return self.state.flood.rules if self.state.flood else None

    @flood.setter
    def flood(self, rules: FloodRules | None) -> None:
        self.state.flood = Flood(rules) if rules else None

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def on(self, event: str, callback: Callable[..., Awaitable[None] | None]) -> Callable[[], None]:
        """Calls back at an event until the returned function is called.

        `call:before`, `call:after`, `call:<method>:before`, `call:<method>:after` get the `Call`, before it
        takes effect and after it did but before it is answered; these may be coroutine functions. A file that
        is fetched is a call of `download`. `update` gets each update queued, `room` a `Room`, what happened
        and the message.
        """
        return self.state.wire.on(event, callback)

    def fail(
        self,
        method: str,
        *,
        status: int = 0,
        description: str = "",
        retry_after_s: int = 0,
        times: float = 1,
        when: Callable[[Json], bool] = lambda _: True,
        drop: Literal["", "before", "after"] = "",
        delay_s: float = 0,
        body: str = "",
    ) -> Failure:
        """The next `times` calls of `method` (`*`: any) that `when` accepts meet this trouble.

        `download` is a file that is fetched: dropped "after", its first half comes.
        """
        refusal = None
        if retry_after_s:
            refusal = too_many_requests(retry_after_s)
        elif status:
            refusal = Refusal(status, description or {500: "Internal Server Error"}.get(status, "Error"))
        failure = Failure(method, times, when, refusal, drop, delay_s, body)
        self.state.wire.failures.append(failure)
        return failure

    def end_links(self) -> None:
        """No link to a file that was given so far works any more, as after an hour."""
        for file in self.state.files.values():
            file.link_until = 0

    def cut(self) -> None:
        """Breaks the connections on which the bot waits for an answer now; later ones are not."""
        self.api.cut()

    def mend(self) -> None:
        """Ends all trouble made by `fail`."""
        self.state.wire.failures.clear()

    def dump(self) -> Json:
        """Everything but what passes (typing, trouble, calls), as JSON for `restore`."""
        return keeping.dump(self.state)

    def restore(self, kept: Json) -> None:
        """Makes this world, usually just made, what another was; the bot's token too."""
        keeping.restore(self.state, kept)
        self.me = User(self.state.bot)

    def feed(self, update: Json) -> Json:
        """Queues an update exactly as given, past every rule: golden and made-up ones."""
        return self.state.updates.put_raw(update)
