"""Files, albums, voices and forwards sent from the page, and answers that grow before one's eyes."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from bot.emulator import pictures
from tests.browser.conftest import Opener
from tests.browser.hands import choose, last, open_chat, payload, say
from tests.emulator.client import bot_of
from tests.page.desk import Desk

if TYPE_CHECKING:
    from playwright.async_api import Page

TRANSFER = """(files) => {
  const data = new DataTransfer();
  for (const [name, type, content] of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  return data;
}"""
PASTE = """(field, data) => field.dispatchEvent(
  new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))"""


async def carried(page: Page, *files: tuple[str, str, bytes]) -> Any:
    """What a hand or a clipboard holds."""
    given = [[name, kind, base64.b64encode(content).decode()] for name, kind, content in files]
    return await page.evaluate_handle(TRANSFER, given)


async def began(page: Page) -> None:
    await open_chat(page, "YandexGPT")
    await page.locator(".big").click()
    await expect(last(page)).to_contain_text("Вы сказали: /start")


async def test_an_album_is_sent_by_the_button(opened: Opener, desk: Desk, shot: Callable[..., Any]) -> None:
    async with opened() as page:
        await began(page)
        await choose(
            page,
            "Фотография",
            payload("1.png", "image/png", pictures.sample(400, 300, "PNG")),
            payload("2.jpg", "image/jpeg", pictures.sample(300, 400)),
            payload("3.jpg", "image/jpeg", pictures.sample(500, 100)),
        )
        tray = page.locator(".tray-file")
        await expect(tray).to_have_count(3)
        await page.get_by_role("button", name="Убрать 3.jpg").click()
        await page.locator("textarea").fill("Что на снимках?")
        await page.keyboard.press("Enter")
        album = last(page)
        await expect(album.locator(".album img")).to_have_count(2)
        await expect(album.locator(".text")).to_contain_text("Что на снимках?")
        await expect(tray).to_have_count(0)
        for place, width in enumerate((400, 300)):
            await expect(album.locator("img").nth(place)).to_have_js_property("naturalWidth", width)
        await album.locator("img").first.click()
        await expect(page.locator(".lightbox img")).to_be_visible()
        await page.locator(".lightbox").click()
        await expect(page.locator(".lightbox")).to_have_count(0)
        await shot(page, "album")
    assert [message.kind for message in desk.private("member").messages[-2:]] == ["photo", "photo"]


async def test_pictures_go_as_files_where_that_is_wished(opened: Opener) -> None:
    async with opened() as page:
        await began(page)
        await choose(page, "Файл", payload("a.png", "image/png", pictures.sample(400, 300, "PNG")))
        await page.get_by_role("button", name="Как файл").click()
        await expect(page.locator(".tray-file")).to_contain_text("a.png")
        await page.get_by_role("button", name="Отправить", exact=True).click()
        await expect(last(page).locator(".file")).to_contain_text("a.png")
        await expect(last(page).locator("img.file-icon")).to_be_visible()


async def test_files_are_pasted_and_dropped(opened: Opener, desk: Desk) -> None:
    async with opened() as page:
        await began(page)
        pasted = await carried(page, ("снимок.png", "image/png", pictures.sample(300, 200, "PNG")))
        await page.locator("textarea").evaluate(PASTE, pasted)
        await expect(page.locator(".tray-file img")).to_be_visible()
        dropped = await carried(page, ("отчёт.csv", "text/csv", b"a;b"))
        chat = page.locator("#chat")
        await chat.dispatch_event("dragenter", {"dataTransfer": dropped})
        await expect(page.locator(".drop-hint")).to_have_text("Отпустите, чтобы прикрепить")
        await chat.dispatch_event("drop", {"dataTransfer": dropped})
        await expect(page.locator(".drop-hint")).to_be_hidden()
        await expect(page.locator(".tray-file")).to_have_count(2)
        await page.locator("textarea").press("Enter")
        await expect(last(page).locator(".file")).to_contain_text("отчёт.csv")
        await expect(page.locator(".picture")).to_have_count(1)
    assert [message.kind for message in desk.private("member").messages[-2:]] == ["photo", "document"]


async def test_a_file_that_is_refused_stays_to_be_sent_again(opened: Opener) -> None:
    async with opened(complaint="409 (Conflict)") as page:
        await began(page)
        await choose(page, "Файл", payload("a.txt", "text/plain", b"1"))
        await expect(page.locator("textarea")).to_be_focused()
        await page.locator("textarea").fill("а" * 1025)
        await page.keyboard.press("Enter")
        await expect(page.locator(".toast")).to_have_text("Подпись длиннее 1024 знаков")
        await expect(page.locator(".tray-file")).to_have_count(1)
        assert len(await page.locator("textarea").input_value()) == 1025


async def test_the_sample_is_sent_and_played(opened: Opener, desk: Desk, shot: Callable[..., Any]) -> None:
    async with opened() as page:
        await began(page)
        await page.get_by_role("button", name="Голосовое сообщение").click()
        await page.get_by_role("menuitem", name=re.compile("Отправить образец")).click()
        player = last(page).locator(".player")
        await expect(player.locator("small")).to_have_text("0:04")
        await player.get_by_role("button", name="Слушать").click()
        await expect(player.get_by_role("button", name="Пауза")).to_be_visible()
        await shot(page, "voice")
    assert desk.private("member").messages[-1].json["voice"]["duration"] == 4


@pytest.mark.parametrize("keep", [True, False])
async def test_the_microphone_is_recorded(opened: Opener, desk: Desk, keep: bool) -> None:
    async with opened(permissions=["microphone"]) as page:
        await began(page)
        before = len(desk.private("member").messages)
        await page.get_by_role("button", name="Голосовое сообщение").click()
        await page.get_by_role("menuitem", name="Записать").click()
        bar = page.locator(".recording")
        await expect(bar).to_contain_text("Идёт запись…")
        await expect(bar.locator(".clock")).to_have_text("0:01")
        await bar.get_by_role("button", name="Отправить голосовое" if keep else "Отмена").click()
        await expect(page.locator("textarea")).to_be_visible()
        await expect(page.locator(".player")).to_have_count(int(keep))
    sent = desk.private("member").messages[before:]
    assert [message.kind for message in sent] == ["voice"] * keep
    assert [desk.private("member").file(message)[:4] for message in sent] == [b"OggS"] * keep


async def test_a_message_is_forwarded_with_a_comment(
    opened: Opener, desk: Desk, shot: Callable[..., Any]
) -> None:
    async with opened() as page:
        await open_chat(page, "Книжный день")
        await page.locator("article").first.click(button="right")
        await page.get_by_role("menuitem", name="Переслать").click()
        await page.get_by_role("dialog").get_by_role("button", name="YandexGPT").click()
        await expect(page.locator(".context")).to_contain_text("Пересылается: 1")
        await say(page, "перескажи")
        forwarded = page.locator("article", has=page.locator(".forwarded"))
        await expect(forwarded.locator(".forwarded")).to_have_text("Переслано от: Книжный день")
        await expect(page.locator(".context")).to_be_hidden()
        await shot(page, "forward")
    texts = [message.text for message in desk.private("member").messages]
    assert texts[0] == "перескажи"
    assert texts[1].startswith("Сегодня вспоминаем")


async def test_several_are_forwarded_without_a_comment(opened: Opener, desk: Desk) -> None:
    async with opened() as page:
        await open_chat(page, "Поход на Алтай")
        await page.locator("article").first.click(button="right")
        await page.get_by_role("menuitem", name="Выбрать").click()
        await page.locator("article").nth(1).click()
        await page.locator("article").nth(2).click()
        await page.locator("article").nth(2).click()
        await expect(page.locator(".selection")).to_contain_text("Выбрано: 2")
        await page.locator(".selection").get_by_role("button", name="Переслать").click()
        await page.get_by_role("dialog").get_by_role("button", name="Идеи").click()
        await page.get_by_role("button", name="Отправить", exact=True).click()
        await expect(page.locator(".forwarded")).to_have_text(
            ["Переслано от: Вера Осипова", "Переслано от: Аня Соколова"]
        )
    forum = desk.chat("forum")
    assert [message.thread_id for message in forum.messages[-2:]] == [forum.topic("Идеи").id] * 2


async def test_a_quotation_of_another_chat_is_shown(opened: Opener, desk: Desk) -> None:
    async with opened() as page:
        await began(page)
        private, member = desk.private("member"), desk.personas["member"].user
        theirs = desk.chat("group").messages[0]
        await private.say(member, "А это?", reply_to=theirs, quote="Палатки")
        await expect(page.locator(".quoted strong")).to_have_text(re.compile("Вера Осипова"))
        await expect(page.locator(".quoted span")).to_have_text("Палатки")


async def test_an_answer_grows_without_a_flicker(
    opened: Opener, desk: Desk, shot: Callable[..., Any]
) -> None:
    stop = {"inline_keyboard": [[{"text": "Стоп", "callback_data": "s", "style": "danger"}]]}
    heard = "Раз\nДва\nТри\nЧетыре\nПять\n"
    quote = {"type": "expandable_blockquote", "offset": 0, "length": len(heard) - 1}
    async with opened() as page, bot_of(desk.world) as bot:
        await began(page)
        chat_id = desk.private("member").id
        where = {"chat_id": chat_id, "entities": [quote], "reply_markup": stop}
        sent = await bot.call("sendMessage", text=f"{heard}Начало", **where)
        answer = last(page)
        await answer.get_by_role("button", name="Показать целиком").click()
        nodes = "element => [element, ...element.querySelectorAll('.key, blockquote, .text')]"
        await answer.evaluate(f"element => ({nodes})(element).forEach(node => {{ node.marked = true; }})")
        for text in ("Начало ответа", "Начало ответа, который растёт"):
            await bot.call("editMessageText", message_id=sent["message_id"], text=heard + text, **where)
            await expect(answer.locator(".text")).to_contain_text(text)
        await expect(answer.locator("blockquote")).to_have_class(re.compile("open"))
        assert await answer.evaluate(f"element => ({nodes})(element).every(node => node.marked)")
        assert await answer.locator(".key.danger").inner_text() == "Стоп"
        await shot(page, "growing")
        where.pop("reply_markup")
        where["entities"] = [{"type": "text_link", "offset": 6, "length": 7, "url": "https://example.org/"}]
        await bot.call(
            "editMessageText", message_id=sent["message_id"], text="Конец\nhttps://example.org/", **where
        )
        await expect(answer.locator(".key")).to_have_count(0)
        await expect(answer.get_by_role("link").first).to_have_attribute("href", "https://example.org/")
