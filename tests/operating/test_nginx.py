"""The webhook behind the real nginx, with the very configuration that `docs/deploy/nginx.conf` shows."""

from __future__ import annotations

import asyncio
import io
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.emulator.world import World
from bot.operating.web import SECRET_HEADER
from tests.conftest import Running
from tests.delivery.test_transport import free_port
from tests.operating.test_deployment import DEPLOY, tool

SECRET = "a-secret_0123456789"
TLS = Path(__file__).parent.parent / "model" / "tls"
AROUND = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {example}
}}
"""


def configuration(folder: Path, *, port: int, bot_port: int) -> Path:
    """The example, but for ports and certificates that this machine has."""
    example = (DEPLOY / "nginx.conf").read_text()
    for theirs, ours in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/letsencrypt/live/bot.example/fullchain.pem", str(TLS / "localhost.crt")),
        ("/etc/letsencrypt/live/bot.example/privkey.pem", str(TLS / "localhost.key")),
        ("http://127.0.0.1:8080;", f"http://127.0.0.1:{bot_port};"),
    ):
        assert example.count(theirs) == 1
        example = example.replace(theirs, ours)
    path = folder / "nginx.conf"
    path.write_text(AROUND.format(folder=folder, example=example))
    return path


@asynccontextmanager
async def nginx(folder: Path, *, bot_port: int) -> AsyncIterator[str]:
    """Its root URL, once it listens."""
    port = free_port()
    config = configuration(folder, port=port, bot_port=bot_port)
    process = await asyncio.create_subprocess_exec(
        tool("nginx"), "-e", f"{folder}/error.log", "-p", str(folder), "-c", str(config)
    )
    try:
        async with asyncio.timeout(20):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except ConnectionRefusedError:
                    assert process.returncode is None, (folder / "error.log").read_text()
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    break
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        await process.wait()


async def test_updates_come_through_nginx_and_nothing_else_does(
    running: Running, world: World, tmp_path: Path
) -> None:
    """Telegram's part is played by hand: the emulator does not trust the certificate made for these tests."""
    bot_port = free_port()
    anna = world.user("Анна")
    tls = ssl.create_default_context(cafile=str(TLS / "localhost.crt"))
    async with nginx(tmp_path, bot_port=bot_port) as root, aiohttp.ClientSession() as session:

        async def post(body: bytes, secret: str = SECRET, path: str = "/telegram") -> int:
            headers = {SECRET_HEADER: secret}
            url = f"{root}{path}"
            async with session.post(url, data=io.BytesIO(body), headers=headers, ssl=tls) as response:
                return response.status

        variables = {
            "HTTP_LISTEN": f"127.0.0.1:{bot_port}",
            "WEBHOOK_URL": f"{root}/telegram",
            "WEBHOOK_SECRET": SECRET,
        }
        async with running(**variables):
            await world.private(anna).say(anna, "Есть кто?")
            (update,) = [waiting.json for waiting in world.state.updates.waiting]
            body = json.dumps(update).encode()
            assert await post(body, secret="another") == 403
            assert await post(body) == 200
            await world.private(anna).see("Есть кто")

            assert await post(b" " * (2**20 + 1)) == 413
            assert [await post(body, path=path) for path in ("/", "/telegram/", "/healthz")] == [404] * 3
            for path in ("/healthz", "/metrics"):
                async with session.get(f"{root}{path}", ssl=tls) as response:
                    assert response.status == 404
        assert await post(body) == 502
