"""Serves the chat page: its files, one stream of events, and the actions of whoever sits before it."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import ipaddress
import json
import secrets
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

from aiohttp import web

from bot.emulator.page_actions import Actions
from bot.emulator.page_feed import Feed
from bot.emulator.page_refusals import NotAllowed
from bot.emulator.page_uploads import MAX_BYTES
from bot.emulator.process import BotProcess
from bot.emulator.troubles import Troubles

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

Json = dict[str, Any]

FOLDER: Final = Path(__file__).parent / "page"
TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".oga": "audio/ogg",
}
SHOWN: Final = frozenset(
    ["image/jpeg", "image/png", "image/webp", "image/gif", "audio/ogg", "audio/mpeg", "video/mp4"]
)
"""Types of files that the page shows by itself; whatever else people sent is only saved."""
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the session's token is in the address
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
MAX_BODY_BYTES: Final = 1024 * 1024


class Page:
    """Serves while it is entered; whoever does not know the token in `url` gets nothing but 403."""

    def __init__(
        self,
        actions: Actions,
        feed: Feed,
        troubles: Troubles,
        *,
        process: BotProcess | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        still_here_s: float = 15.0,
    ) -> None:
        """A quiet stream of events carries a sign of life every `still_here_s`."""
        self._actions = actions
        self._feed = feed
        self._troubles = troubles
        self.process = process
        self._host = host
        self._port = port
        self._still_here_s = still_here_s
        self._token = secrets.token_urlsafe(24)
        self._files = {
            path.name: (path.read_bytes(), TYPES[path.suffix])
            for path in FOLDER.iterdir()
            if path.suffix in TYPES
        }
        self._runner: web.AppRunner | None = None
        self.url = ""
        """What to open in a browser."""

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._guard], client_max_size=MAX_BODY_BYTES)
        app.on_response_prepare.append(_harden)
        app.router.add_get("/{token}/", self._file)
        app.router.add_get("/{token}/events", self._events)
        app.router.add_get("/{token}/{name}", self._file)
        app.router.add_get("/{token}/files/{file_id}", self._download)
        app.router.add_post("/{token}/upload", self._upload)
        app.router.add_post("/{token}/api/{action}", self._act)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        port = self._runner.addresses[0][1]
        shown = "127.0.0.1" if self._host in {"0.0.0.0", "::"} else self._host  # noqa: S104  # only compared
        self.url = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/{self._token}/"
        self._feed.show("personas", {"list": [p.json() for p in self._actions.personas.values()]})
        self._feed.show("troubles", self._troubles.json())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._feed.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """No page of another site gets in, even by a name of its own that it points at this machine."""
        if not self._own_host(request.host):
            raise web.HTTPForbidden(text="This host name is not served.")
        token = request.path.split("/")[1]
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            raise web.HTTPForbidden(text="Open the address that was printed at the start.")
        return await handler(request)

    def _own_host(self, host: str) -> bool:
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        name = name.strip("[]")
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name.casefold() in {"localhost", self._host.casefold()}
        return True  # an address is nobody's name: it can't be pointed elsewhere

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "index.html")
        if name not in self._files:
            raise web.HTTPNotFound
        body, content_type = self._files[name]
        charset = None if content_type.startswith("audio/") else "utf-8"
        return web.Response(body=body, content_type=content_type, charset=charset)

    async def _download(self, request: web.Request) -> web.Response:
        file = self._actions.world.state.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        shown = file.mime_type in SHOWN and "save" not in request.query
        place = "inline" if shown else "attachment"
        return web.Response(
            body=file.content,
            content_type=file.mime_type if shown else "application/octet-stream",
            headers={"Content-Disposition": f"{place}; filename*=UTF-8''{quote(file.name, safe='')}"},
        )

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """One file, as it is; what it is called is in the address."""
        if request.content_type != "application/octet-stream":
            raise web.HTTPUnsupportedMediaType
        content = bytearray()
        async for piece in request.content.iter_any():
            content += piece
            if len(content) > MAX_BYTES:
                return web.json_response({"error": "file_big"}, status=409)
        try:
            number = self._actions.uploads.add(request.query.get("name", "")[:200], bytes(content))
        except NotAllowed as reason:
            return web.json_response({"error": str(reason)}, status=409)
        return web.json_response({"id": number})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events; the first is the snapshot, so that a browser that lost us just comes again."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        with self._feed.watch() as queue, contextlib.suppress(ConnectionResetError):  # the browser is gone
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), self._still_here_s)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event is None:
                    break
                await response.write(f"data: {event}\n\n".encode())
        return response

    async def _act(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            params = await request.json()
            result = await self._do(request.match_info["action"], params)
        except NotAllowed as reason:
            return web.json_response({"error": str(reason)}, status=409)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        self._feed.touch()
        return web.json_response(result, dumps=lambda value: json.dumps(value, ensure_ascii=False))

    async def _do(self, action: str, params: Json) -> Json:
        if action == "trouble":
            self._troubles.switch(params["name"], on=bool(params["on"]))
            self._feed.show("troubles", self._troubles.json())
            return {}
        if action == "process":
            await self._switch_process(str(params["do"]))
            return {}
        return await self._actions.do(action, params)

    async def _switch_process(self, what: str) -> None:
        if self.process is None:
            raise NotAllowed("no_process")
        await {"kill": self.process.kill, "start": self.process.start}[what]()


async def _harden(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
