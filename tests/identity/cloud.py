"""Stand-ins for the two services that give IAM tokens, with a clock of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ACCOUNT, KEY_ID = "ajeaccount", "ajekey"
AUDIENCE = "https://iam.api.cloud.yandex.net/iam/v1/tokens"


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(key: Any = None) -> str:
    return (
        (key or private_key())
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        .decode()
    )


def key_file(folder: Path, **changes: Any) -> Path:
    """As the provider's command line writes it, with its line before the key."""
    written = {
        "id": KEY_ID,
        "service_account_id": ACCOUNT,
        "created_at": "2026-10-01T12:00:00Z",
        "key_algorithm": "RSA_2048",
        "public_key": "-----BEGIN PUBLIC KEY-----\n…",
        "private_key": f"PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <{KEY_ID}>\n{pem()}",
    }
    path = folder / "key.json"
    path.write_text(json.dumps({**written, **changes}), encoding="utf-8")
    path.chmod(0o600)
    return path


@dataclass
class Cloud:
    """`async with Cloud() as cloud`: `cloud.url` is the root of both. Tokens are `t1.1`, `t1.2` and so on."""

    life_s: float = 12 * 3600
    ahead: timedelta = timedelta()
    """How much its clock is ahead of the machine's."""
    status: int = 200
    body: Any = None
    """What it says instead, with `status`."""
    given: list[str] = field(default_factory=list)
    asked: int = 0
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        metadata = "/computeMetadata/v1/instance/service-accounts/default/token"
        app.add_routes([web.get(metadata, self._metadata), web.post("/iam/v1/tokens", self._iam)])
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def _metadata(self, request: web.Request) -> web.Response:
        self.asked += 1
        if request.headers.get("Metadata-Flavor") != "Google":
            return self._said({"message": "Metadata-Flavor"}, 403)
        return self._told("access_token", {"expires_in": int(self.life_s), "token_type": "Bearer"})

    async def _iam(self, request: web.Request) -> web.Response:
        self.asked += 1
        signed = (await request.json())["jwt"]
        if jwt.get_unverified_header(signed) != {"alg": "PS256", "kid": KEY_ID, "typ": "JWT"}:
            return self._said({"code": 3, "message": "header"}, 400)
        claims = jwt.decode(
            signed,
            private_key().public_key(),
            algorithms=["PS256"],
            audience=AUDIENCE,
            options={"verify_iat": False, "verify_exp": False},
        )
        now_s = self.now().timestamp()
        if not claims["iat"] - 60 <= now_s <= claims["exp"] <= claims["iat"] + 3600:
            return self._said({"code": 16, "message": "JWT is not valid at this time"}, 401)
        ends = self.now() + timedelta(seconds=self.life_s)
        return self._told("iamToken", {"expiresAt": f"{ends:%Y-%m-%dT%H:%M:%S}.123456789Z"})

    def _told(self, name: str, more: dict[str, Any]) -> web.Response:
        if self.status != 200 or self.body is not None:
            return self._said(self.body, self.status)
        self.given.append(f"t1.{len(self.given) + 1}")
        return self._said({name: self.given[-1], **more}, 200)

    def _said(self, body: Any, status: int) -> web.Response:
        headers = {"Date": format_datetime(self.now(), usegmt=True)}
        return web.json_response(body, status=status, headers=headers)
