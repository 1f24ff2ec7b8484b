"""Every page of the settings menu as people see it, in both languages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from bot.options import BUILT_IN, OPTIONS, Option
from bot.texts import Catalogue, Texts
from tests.browser.conftest import Opener
from tests.browser.hands import become, last, open_chat, say

if TYPE_CHECKING:
    from playwright.async_api import Page

GROUP = "Поход на Алтай"
EVERYWHERE = [option for option in OPTIONS.values() if not option.groups_only]
IN_GROUPS = [option for option in OPTIONS.values() if option.whole_chat]
CHOICES = {
    "temperature": {"ru": "0,8 — творчески", "en": "0.8 — creative"},
    "max_output_tokens": {"ru": "До 3 000 токенов", "en": "Up to 3,000 tokens"},
    "model": {"ru": "yandexgpt-5.1", "en": "yandexgpt-5.1"},
    "instructions": {"ru": "Изменить", "en": "Change"},
    "language": {"ru": "Английский (English)", "en": "Russian (русский)"},
    "memory": {"ru": "Только ветка ответов", "en": "Only the branch of replies"},
    "who_may_change": {"ru": "Все участники", "en": "All members"},
    "wake_words": {"ru": "Изменить", "en": "Change"},
}
"""A button of each option's page; an option that is added needs its own here, if it is no switch."""
OTHERWISE = {True: {"ru": "Выкл.", "en": "Off"}, False: {"ru": "Вкл.", "en": "On"}}
"""A switch's, by what is built in."""


@dataclass
class Menu:
    """The menu that stands last in the open chat."""

    page: Page
    language: str
    texts: Texts
    shot: Callable[[Page, str], Any]
    place: str = "private"

    async def press(self, text: str) -> None:
        await last(self.page).get_by_role("button", name=text, exact=True).click()

    async def shows(self, page: str, *texts: str, button: str) -> None:
        """The page with these texts and this button, of which a picture is kept."""
        for text in texts:
            await expect(last(self.page)).to_contain_text(text)
        await expect(last(self.page).locator(".key", has_text=button).first).to_be_visible()
        await self.shot(self.page, f"menu-{self.language}-{self.place}-{page}")

    async def shows_options(self, options: list[Option], *texts: str) -> None:
        """From the page where they are listed, the page of each, and back."""
        for option in options:
            label, about = option.label(self.texts), option.about(self.texts)
            await self.press(label)
            choices = CHOICES.get(option.name) or OTHERWISE[getattr(BUILT_IN, option.name)]
            button = choices[self.language]
            await self.shows(option.name, f"{label}: ", f"{label} — {about}.", *texts, button=button)
            await self.press(self.texts("button-back"))

    async def opens(self, *, title: str = "", topic: str = "") -> None:
        await open_chat(self.page, title or "YandexGPT")
        if topic:
            await self.page.locator(".topic-row", has_text=topic).click()
        await say(self.page, "/settings")
        if title and self.language == "en":  # groups have the language that is set there
            await self.press("Язык")
            await self.press("Английский (English)")
            await self.press("Back")
        heading = self.texts("menu-heading", scope=self.place, title="")
        labels = [f"{option.label(self.texts)}: " for option in EVERYWHERE]
        await self.shows("main", heading, *labels, button=self.texts("button-close"))


@pytest.mark.timeout(240)
async def test_each_page_of_the_menu(demo: Opener, shot: Callable[[Page, str], Any]) -> None:
    """Both at a time: most of it is waiting for Telegram's rates."""
    async with asyncio.TaskGroup() as both:
        both.create_task(_in(demo, shot, "ru", "ru-RU"))
        both.create_task(_in(demo, shot, "en", "en-GB"))


async def _in(demo: Opener, shot: Callable[[Page, str], Any], language: str, locale: str) -> None:
    async with demo(locale=locale) as page:
        menu = Menu(page, language, Catalogue("ru")[language], shot)
        await _in_private(menu)
        await become(page, {"ru": "администратор", "en": "admin"}[language])
        await _in_a_group(menu)
        await _in_a_topic(menu)


async def _in_private(menu: Menu) -> None:
    texts, page = menu.texts, menu.page
    await open_chat(page, "YandexGPT")
    await page.locator(".big").click()
    await menu.opens()
    await menu.press(texts("button-close"))
    await expect(last(page)).to_contain_text(texts("menu-closed"))
    await expect(last(page).locator(".key")).to_have_count(0)
    await menu.shot(page, f"menu-{menu.language}-private-closed")
    await menu.opens()
    await menu.shows_options(EVERYWHERE)
    await menu.press(OPTIONS["instructions"].label(texts))
    await menu.press(texts("button-change"))
    example = OPTIONS["instructions"].written_example(texts)
    await menu.shows("prompt", example, button=texts("button-cancel"))


async def _in_a_group(menu: Menu) -> None:
    menu.place = "group"
    await menu.opens(title=GROUP)
    await menu.press(menu.texts("menu-group-page"))
    labels = [f"{option.label(menu.texts)}: " for option in IN_GROUPS]
    await menu.shows("group", *labels, button=menu.texts("button-back"))
    await menu.press(menu.texts("button-back"))
    await menu.press(menu.texts("button-manage-in-private"))
    await _from_elsewhere(menu, labels)


async def _from_elsewhere(menu: Menu, labels: list[str]) -> None:
    """A group's pages in the admin's private chat, where Telegram takes more edits than twenty a minute."""
    menu.place = "group-elsewhere"
    heading = menu.texts("menu-heading", scope=menu.place, title=GROUP)
    await menu.shows("main", heading, button=menu.texts("menu-group-page"))
    await menu.press(menu.texts("menu-group-page"))
    where = menu.texts("menu-where", scope=menu.place, title=GROUP)
    await menu.shows("group", where, *labels, button=menu.texts("button-back"))
    await menu.shows_options(IN_GROUPS, where)


async def _in_a_topic(menu: Menu) -> None:
    menu.place = "topic"
    await menu.opens(title="Команда продукта", topic="Идеи")
    where = menu.texts("menu-where", scope="topic", title="")
    await menu.shows_options([OPTIONS["temperature"]], where)
    await menu.press(menu.texts("button-whole-chat"))
    whole = menu.texts("menu-heading", scope="group", title="")
    if menu.language == "ru":  # only the topic's language has been set
        await menu.shows("whole", whole, button=menu.texts("menu-group-page"))
