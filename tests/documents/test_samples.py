"""A sample of a variable can be copied to each place where variables are read, and is taken alike there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config.loading import load
from bot.config.settings import variables
from tests.documents.env_readers import READERS, by_compose, by_dotenv, by_systemd

ROOT = Path(__file__).parents[2]
# `NAME= make demo` is a command of a shell.
SAMPLE = re.compile(r"^[ #]*([A-Z][A-Z0-9_]*=(?! ).*)$", re.MULTILINE)
REQUIRED = {
    "TELEGRAM_BOT_TOKEN": "123456789:AAExampleExampleExampleExampleExample",
    "YANDEX_CLOUD_FOLDER": "b1gfolder",
    "YANDEX_CLOUD_API_KEY": "AQVN-a-made-up-key",
}


def samples() -> dict[str, str]:
    """Where it stands → the line, from each block of code and each inline code, and from `.env.example`."""
    found = {f"example of {name}": f"{name}={_example(name)}" for name in variables()}
    for path in (ROOT / ".env.example", *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            text = "\n".join(
                (*re.findall(r"```\w*\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text))
            )
        for line in SAMPLE.findall(text):
            if line.partition("=")[0] in variables():
                found[f"{path.name}: {line}"] = line
    return found


def _example(name: str) -> str:
    extra = variables()[name].json_schema_extra
    assert isinstance(extra, dict)
    return str(extra["example"])


@pytest.mark.parametrize("line", [pytest.param(line, id=where) for where, line in samples().items()])
def test_all_three_readers_take_a_sample_as_it_is_written(line: str) -> None:
    name, _, value = line.partition("=")
    assert [reader(f"{line}\n") for reader in READERS] == [{name: value}] * len(READERS)


@pytest.mark.parametrize("line", [pytest.param(line, id=where) for where, line in samples().items()])
def test_the_bot_takes_the_value_of_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    name, _, value = line.partition("=")
    together = {"WEBHOOK_SECRET": "a-secret"} if name == "WEBHOOK_URL" else {}
    for known, its_value in (REQUIRED | together | {name: value}).items():
        monkeypatch.setenv(known, its_value)
    settings, _ = load(tmp_path / "none")
    assert name.lower() in type(settings).model_fields


def test_samples_are_found_in_blocks_and_in_prose() -> None:
    places = {where.partition(":")[0] for where in samples()}
    assert {".env.example", "operating.md"} <= places
    assert len(samples()) > 2 * len(variables())


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("A=b  # c", ("b", "b", "b  # c")),
        ("A=b#c", ("b#c", "b#c", "b#c")),
        ("A='b c'", ("b c", "b c", "b c")),
        ('A="b" # c', ("b", "b", "b# c")),
        (r"A=b\c", (r"b\c", r"b\c", "bc")),
        ("A=b$C", ("b$C", "b", "b$C")),
        ("A=b$$c", ("b$$c", "b$c", "b$$c")),
        ("A= b ", ("b", "b", "b")),
        ("A=", ("", "", "")),
    ],
)
def test_the_readers_differ_where_they_do(line: str, taken: tuple[str, str, str]) -> None:
    read = tuple(reader(f"{line}\n").get("A") for reader in (by_dotenv, by_compose, by_systemd))
    assert read == taken
