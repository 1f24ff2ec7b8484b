"""The real bot on the chat page, as `python -m bot demo` shows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.hands import become, last, open_chat, say

if TYPE_CHECKING:
    from playwright.async_api import Page

UNDER_WAY = "медленно 3"
MEANWHILE = ("Сколько ехать до Казани?", "А до Пскова?", "А до Суздаля?")


async def _key(page: Page, name: str | re.Pattern[str]) -> None:
    await last(page).get_by_role("button", name=name).click()


@pytest.mark.timeout(240)
async def test_talked_to_set_watched_in_a_group_killed_and_started(
    demo: Opener, shot: Callable[[Page, str], Any]
) -> None:
    async with demo() as page:
        await _a_talk(page, shot)
        await _the_temperature_by_button(page, shot)
        await _a_group(page, shot)
        await _killed_and_started(page, shot)


async def _a_talk(page: Page, shot: Callable[[Page, str], Any]) -> None:
    await open_chat(page, "YandexGPT")
    await page.get_by_role("button", name="НАЧАТЬ").click()
    await expect(last(page)).to_contain_text("Здравствуйте")
    await say(page, "Куда поехать в мае?")
    await expect(last(page)).to_contain_text("температура: 0,8")
    await expect(last(page).locator("strong").first).to_have_text("Вы спросили:")
    await say(page, "код")
    await expect(last(page).locator(".pre-head span")).to_have_text("python")
    await shot(page, "real-talk")


async def _the_temperature_by_button(page: Page, shot: Callable[[Page, str], Any]) -> None:
    await say(page, "/settings")
    await _key(page, "Температура")
    await _key(page, "0,2 — точно")
    await expect(page.locator(".toast").last).to_have_text("Сохранено")
    await expect(last(page).get_by_role("button", name="✓ 0,2 — точно")).to_be_visible()
    await _key(page, re.compile(r"^\+"))
    await expect(last(page)).to_contain_text("Температура: 0,3")
    await shot(page, "real-temperature")
    await _key(page, "Закрыть")
    await say(page, "А теперь?")
    await expect(last(page)).to_contain_text("температура: 0,3")


async def _a_group(page: Page, shot: Callable[[Page, str], Any]) -> None:
    """In privacy mode the bot hears what names it, and answers there, to that message."""
    await open_chat(page, "Поход на Алтай")
    await say(page, "Кто возьмёт котелок?")
    name = await page.evaluate("import('./store.js').then(({ store }) => store.bot.user.username)")
    await say(page, f"@{name} что взять от комаров?")
    answer = last(page)
    await expect(answer).to_contain_text("что взять от комаров?")
    await expect(answer.locator(".author")).to_contain_text("YandexGPT")
    await expect(answer.locator(".quoted")).to_contain_text("Аня Соколова")
    await expect(page.locator("article.in .quoted", has_text="котелок")).to_have_count(0)
    await page.locator(".panel-toggle").click()
    await expect(page.locator(".row.model .gist").last).to_contain_text("что взять от комаров?")
    await shot(page, "real-group")
    await become(page, "администратор")
    await say(page, "/settings")
    await _key(page, "Температура")
    await _key(page, "1 — без оглядки")
    await expect(last(page)).to_contain_text("Борис Лебедев")
    await become(page, "участник")
    await _key(page, "0,2 — точно")
    await expect(page.locator(".toast").last).to_contain_text("администратор")
    await expect(last(page)).to_contain_text("Температура: 1")


async def _killed_and_started(page: Page, shot: Callable[[Page, str], Any]) -> None:
    """What the bot was at, and what is asked while it is down, is answered after its start, each once."""
    await open_chat(page, "YandexGPT")
    await say(page, UNDER_WAY)
    await expect(page.locator(".row.model .gist").last).to_contain_text(UNDER_WAY)
    await page.get_by_role("button", name="kill -9").click()
    await expect(page.locator(".process")).to_contain_text("Бот не запущен")
    for question in MEANWHILE:
        await say(page, question)
        await expect(last(page)).to_contain_text(question)
    await shot(page, "real-killed")
    await page.get_by_role("button", name="Запустить").click()
    for question in (UNDER_WAY, *MEANWHILE):
        await expect(page.locator("article.in", has_text=f"Вы спросили: {question}")).to_have_count(1)
    await say(page, "Это всё?")
    await expect(last(page)).to_contain_text("Вы спросили: Это всё?")
    for question in (UNDER_WAY, *MEANWHILE):
        await expect(page.locator("article.in", has_text=f"Вы спросили: {question}")).to_have_count(1)
    await shot(page, "real-started")
