"""What can be done with a message on the page: addressing it, reacting to it, copying its code."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.hands import become, last, open_chat, say


async def test_the_bots_name_is_offered_in_groups_where_it_is(opened: Opener) -> None:
    async with opened() as page:
        field, offered = page.locator("textarea"), page.get_by_role("option")
        await open_chat(page, "Поход на Алтай")
        await field.press_sequentially("Привет, почта@")
        await expect(offered).to_have_count(0)
        await field.press_sequentially(" @Y")
        name = await offered.locator("strong").inner_text()
        await expect(offered.locator("span")).to_have_text("YandexGPT")
        await page.keyboard.press("Enter")
        await expect(field).to_have_value(f"Привет, почта@ {name} ")
        await field.press_sequentially("как дела?")
        await page.keyboard.press("Enter")
        await expect(last(page)).to_contain_text(f"Привет, почта@ {name} как дела?")
        await open_chat(page, "YandexGPT")
        await page.locator(".big").click()
        await field.press_sequentially("@")
        await expect(offered).to_have_count(0)


async def test_people_react(opened: Opener) -> None:
    async with opened(complaint="409 (Conflict)") as page:
        await open_chat(page, "Поход на Алтай")
        message = page.locator("article").first
        await message.click(button="right")
        await page.get_by_role("menuitem", name="Поставить реакцию").click()
        await page.get_by_role("menuitem", name="🔥").click()
        await expect(message.locator(".reaction")).to_have_text("🔥")
        await become(page, "администратор")
        await message.get_by_role("button", name="🔥 1").click()
        await expect(message.locator(".reaction")).to_have_text("🔥 2")
        await message.get_by_role("button", name="🔥 2", pressed=True).click()
        await expect(message.locator(".reaction")).to_have_text("🔥")
        await become(page, "посторонний")
        await message.locator(".reaction").click()
        await expect(page.locator(".toast")).to_have_text("Вы не участник этого чата")


async def test_code_is_copied(opened: Opener) -> None:
    async with opened(permissions=["clipboard-read", "clipboard-write"]) as page:
        await open_chat(page, "YandexGPT")
        await page.locator(".big").click()
        await say(page, "rich")
        await last(page).get_by_role("button", name="Копировать").click()
        await expect(last(page).locator(".copy .icon-check")).to_be_visible()
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == "def cost(days: int) -> float:\n    return days * 4_500.0"
