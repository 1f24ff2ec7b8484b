"""Draws the menu's pages as text, for the golden files; `python -m tests.menu.drawing` rewrites these."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.core.values import Conversation, Override
from bot.options import BUILT_IN, OPTIONS
from bot.options.inheriting import effective
from bot.screens.menu import GROUP, MAIN, Menu, closed
from bot.screens.views import View
from bot.texts import Catalogue

FOLDER = Path(__file__).parent / "golden"
WHEN = datetime(2026, 10, 7, 14, 5, tzinfo=UTC)
MODELS = [f"yandexgpt-{number}" for number in range(1, 11)]
CATALOGUE = Catalogue("ru")


def own(**values: object) -> dict[str, Override]:
    return {name: Override(value, "Анна Петрова", WHEN) for name, value in values.items()}


def menus(language: str) -> dict[str, Menu]:
    """The menu where it can be opened: in private, in a group, in a topic, of a group in private."""
    texts = CATALOGUE[language]
    deployed = replace(BUILT_IN, model="yandexgpt-5")
    groups = own(temperature=0.5, wake_words=["бот", "robot"], instructions="Отвечай стихами.\nКратко.")
    in_group = effective(deployed, groups, {}, private=False)
    in_topic = effective(deployed, groups, own(temperature=0.2, language="en"), private=False)
    in_private = effective(deployed, own(temperature=0.25), {}, private=True)
    group, topic = Conversation(-1001234567890), Conversation(-1001234567890, 77)
    comments, title = Conversation(-1001234567890, -77), "Наш двор"
    private = Menu(
        place=Conversation(5),
        found=in_private,
        texts=texts,
        bot="some_bot",
        models=MODELS,
        configured="yandexgpt-5",
    )
    return {
        "private": private,
        "group": replace(private, place=group, found=in_group),
        "topic": replace(private, place=topic, found=in_topic, models=()),
        "group-elsewhere": replace(private, place=group, found=in_group, title=title),
        "topic-elsewhere": replace(private, place=topic, found=in_topic, title=title),
        "comments": replace(private, place=comments, found=in_topic),
        "comments-elsewhere": replace(private, place=comments, found=in_topic, title=title),
    }


def drawn(view: View) -> str:
    rows = [" | ".join(f"[{button.text}]" for button in row) for row in view.rows]
    return "\n".join((view.text, *rows))


def golden(language: str) -> str:
    pages = []
    for where, menu in menus(language).items():
        for name in (MAIN, GROUP, *OPTIONS):
            view = menu.page(name, 1)
            if view is not None:
                pages.append(f"== {where}: {name}\n{drawn(view)}\n")
        pages.append(f"== {where}: prompt\n{drawn(menu.prompt(OPTIONS['instructions']))}\n")
        pages.append(f"== {where}: closed\n{drawn(closed(menu.texts))}\n")
    return "\n".join(pages)


def file(language: str) -> Path:
    return FOLDER / f"{language}.txt"


if __name__ == "__main__":
    for its_language in CATALOGUE.languages():
        file(its_language).write_text(golden(its_language), encoding="utf-8")
