"""A voice, a document, an album and a forward, sent from the page and answered by the real bot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from bot.emulator import pictures
from tests.browser.conftest import Opener
from tests.browser.hands import choose, last, open_chat, payload, say

if TYPE_CHECKING:
    from playwright.async_api import Page

STORY = "Однажды ёжик пошёл в лес и встретил там медвежонка.\n" * 5


@pytest.mark.timeout(240)
async def test_what_people_send_is_answered(demo: Opener, shot: Callable[[Page, str], Any]) -> None:
    async with demo() as page:
        await open_chat(page, "YandexGPT")
        await page.get_by_role("button", name="НАЧАТЬ").click()
        await expect(last(page)).to_contain_text("Здравствуйте")
        await _a_voice(page, shot)
        await _a_document(page, shot)
        await _an_album(page, shot)
        await _a_forward(page, shot)


async def _a_voice(page: Page, shot: Callable[[Page, str], Any]) -> None:
    await page.get_by_role("button", name="Голосовое сообщение").click()
    await page.get_by_role("menuitem", name="Отправить образец").click()
    await expect(page.locator("article", has_text="🎤")).to_have_count(1)
    await expect(last(page)).to_contain_text("Вы спросили")
    await shot(page, "real-voice")


async def _a_document(page: Page, shot: Callable[[Page, str], Any]) -> None:
    await choose(page, "Файл", payload("сказка.txt", "text/plain", STORY.encode("cp1251")))
    await page.locator("textarea").fill("О ком это?")
    await page.keyboard.press("Enter")
    await expect(last(page)).to_contain_text("ёжик")
    await shot(page, "real-document")


async def _an_album(page: Page, shot: Callable[[Page, str], Any]) -> None:
    await choose(
        page,
        "Фотография",
        payload("1.png", "image/png", pictures.sample(400, 300, "PNG")),
        payload("2.jpg", "image/jpeg", pictures.sample(300, 400)),
    )
    await page.locator("textarea").fill("Что на снимках?")
    await page.keyboard.press("Enter")
    await expect(last(page)).to_contain_text("400")
    await expect(last(page)).to_contain_text("300")
    await shot(page, "real-album")


async def _a_forward(page: Page, shot: Callable[[Page, str], Any]) -> None:
    await open_chat(page, "Книжный день")
    await page.locator("article").first.click(button="right")
    await page.get_by_role("menuitem", name="Переслать").click()
    await page.get_by_role("dialog").get_by_role("button", name="YandexGPT").click()
    await say(page, "перескажи")
    await expect(last(page)).to_contain_text("Вы спросили: Пересланное сообщение; откуда: «Книжный день».")
    await expect(page.locator("article", has=page.locator(".forwarded"))).to_have_count(1)
    await shot(page, "real-forward")
