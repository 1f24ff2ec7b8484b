"""What someone at the chat page does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import FilePayload, Locator, Page


async def say(page: Page, text: str) -> None:
    await page.locator("textarea").fill(text)
    await page.keyboard.press("Enter")


async def open_chat(page: Page, title: str) -> None:
    await page.locator(".chat-row", has=page.locator("strong", has_text=title)).click()


async def become(page: Page, role: str) -> None:
    await page.locator(".persona").click()
    await page.get_by_role("menuitemradio").filter(has=page.get_by_text(role, exact=True)).click()


async def pick(page: Page, item: str) -> None:
    """From the menu in the chat's header."""
    await page.locator(".chat-header .icon-more").click()
    await page.locator(".menu-item", has_text=item).click()


def last(page: Page) -> Locator:
    """The chat's newest message."""
    return page.locator("article").last


def payload(name: str, mime_type: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": mime_type, "buffer": content}


async def choose(page: Page, item: str, *files: FilePayload) -> None:
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Прикрепить").click()
        await page.get_by_role("menuitem", name=item).click()
    await (await chooser.value).set_files(files)
