"""How the three readers of a file of variables take its lines: `.env` here, compose's `env_file`, systemd."""

from __future__ import annotations

import io
import re

from dotenv import dotenv_values

_NAME = re.compile(r"(?:export +)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_ESCAPES_OF_COMPOSE = {"n": "\n", "r": "\r", "t": "\t"}


def by_dotenv(text: str) -> dict[str, str | None]:
    """As the bot itself reads `.env`."""
    return dotenv_values(stream=io.StringIO(text))


def by_compose(text: str) -> dict[str, str | None]:
    """https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax:
    comments need a space before them, `$` stands for a variable but in single quotes.
    """
    values: dict[str, str | None] = {}
    for line in text.splitlines():
        found = _NAME.fullmatch(line.strip())
        if found is None:
            continue
        name, value = found[1], found[2].strip()
        if quoted := re.match(r"'((?:[^'\\]|\\.)*)'", value):
            values[name] = quoted[1].replace(r"\'", "'")
            continue
        if quoted := re.match(r'"((?:[^"\\]|\\.)*)"', value):
            value = re.sub(r"\\(.)", lambda escape: _ESCAPES_OF_COMPOSE.get(escape[1], escape[1]), quoted[1])
        else:
            value = re.split(r"(?:^|\s)#", value, maxsplit=1)[0].rstrip()
        values[name] = re.sub(r"\$(?:(\$)|\w+|\{[^}]*\})", lambda found: found[1] or "", value)
    return values


def by_systemd(text: str) -> dict[str, str | None]:
    """`EnvironmentFile=` of systemd.exec(5): a comment has a line of its own, and begins with `#` or `;`."""
    values: dict[str, str | None] = {}
    for line in re.sub(r"\\\n", "", text).splitlines():
        name, equals, rest = line.partition("=")
        if equals and not line.lstrip().startswith(("#", ";")):
            values[name.strip()] = _systemd_value(rest.lstrip())
    return values


def _systemd_value(rest: str) -> str:
    value = ""
    while quoted := re.match(r"'([^']*)'\s*|\"((?:[^\"\\]|\\.)*)\"\s*", rest):
        double = quoted[2]
        value += quoted[1] if double is None else re.sub(r"\\([\"\\`$])", r"\1", double)
        rest = rest[quoted.end() :]
    return value + re.sub(r"\\(.)", r"\1", rest.rstrip())


READERS = (by_dotenv, by_compose, by_systemd)
