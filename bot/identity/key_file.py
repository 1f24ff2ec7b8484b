"""Reads a service account's authorized key, as the provider's console gives it: a JSON file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class BadKeyFile(ValueError):
    """The file is no authorized key; the text names the file and says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class AuthorizedKey:
    """Its repr holds no secret."""

    path: Path
    key_id: str
    service_account_id: str
    private_key: Any = field(repr=False)
    """Of `cryptography`."""


def read_key(path: Path) -> AuthorizedKey:
    """Raises BadKeyFile."""
    try:
        written = json.loads(path.read_bytes())
    except OSError as error:
        raise BadKeyFile(f"{path} can't be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BadKeyFile(f"{path} is no JSON file") from None
    fields = [_text(written, name) for name in ("id", "service_account_id", "private_key")]
    if not all(fields):
        raise BadKeyFile(
            f"{path} is no authorized key: it needs id, service_account_id and private_key, "
            "as `yc iam key create --output` writes them"
        )
    return AuthorizedKey(path, fields[0], fields[1], _private_key(path, fields[2]))


def _text(written: Any, name: str) -> str:
    value = written.get(name) if isinstance(written, dict) else None
    return value if isinstance(value, str) else ""


def _private_key(path: Path, pem: str) -> Any:
    """The file has a line of words before the PEM block."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        key = load_pem_private_key(pem[max(0, pem.find("-----BEGIN")) :].encode(), password=None)
    except (ValueError, TypeError):
        raise BadKeyFile(f"{path}: its private_key can't be read") from None
    if not isinstance(key, RSAPrivateKey):
        raise BadKeyFile(f"{path}: its private_key is no RSA key")
    return key
