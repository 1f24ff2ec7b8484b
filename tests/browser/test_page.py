"""The chat page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.hands import become, last, open_chat, pick, say
from tests.emulator.client import bot_of
from tests.page.desk import Desk

if TYPE_CHECKING:
    from playwright.async_api import Page

EVIL = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


async def _start(page: Page) -> None:
    await open_chat(page, "YandexGPT")
    await page.get_by_role("button", name="НАЧАТЬ").click()
    await expect(last(page)).to_contain_text("Вы сказали: /start")


async def test_a_talk_with_all_that_text_can_be(opened: Opener, shot: Callable[..., Any]) -> None:
    async with opened() as page:
        await _start(page)
        await say(page, "rich")
        message = last(page)
        await expect(message.locator("strong").first).to_have_text("Заголовок")
        for tag, text in [("em", "курсив"), ("u", "подчёркнутый"), ("s", "зачёркнутый")]:
            await expect(message.locator(tag)).to_have_text(text)
        await expect(message.locator(".pre-head span")).to_have_text("python")
        await expect(message.locator("pre")).to_have_text(re.compile(r"^def cost.*4_500\.0$", re.DOTALL))
        await expect(message.locator("blockquote")).to_have_text("Цитата: лучшее обычно случается само.")
        link = message.get_by_role("link", name="Ссылка")
        assert await link.get_attribute("href") == "https://example.org/?a=1&b=2"
        assert await link.get_attribute("rel") == "noopener noreferrer"
        await expect(message.locator(".mention")).to_have_text("@someone")
        spoiler = message.locator(".spoiler")
        await expect(spoiler).not_to_have_class(re.compile("revealed"))
        await spoiler.click()
        await expect(spoiler).to_have_class(re.compile("revealed"))
        await say(page, "react")
        await expect(last(page).locator(".reaction")).to_have_text("👀")
        await say(page, "file")
        async with page.expect_download() as download:
            await last(page).locator(".file").click()
        assert (await download.value).suggested_filename == "ответ.md"
        await say(page, "type")
        await expect(page.locator(".chat-header .is-typing")).to_contain_text("печатает")
        await shot(page, "private")


async def test_buttons_with_a_toast_and_an_alert(opened: Opener, shot: Callable[..., Any]) -> None:
    async with opened() as page:
        await _start(page)
        await page.locator("textarea").fill("/se")
        await expect(page.get_by_role("option")).to_have_text(["/settingsНастройки чата"])
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="0,8 живо").click()
        await expect(page.locator(".toast")).to_have_text("Температура 0,8")
        await expect(last(page)).to_contain_text("Задал(а) Аня")
        await expect(last(page).locator(".meta")).to_contain_text("изменено")
        await shot(page, "menu")
        await page.get_by_role("button", name="Подсказка").click()
        await expect(page.get_by_role("dialog")).to_contain_text("Больше — смелее")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_group_in_privacy_mode(opened: Opener, desk: Desk, shot: Callable[..., Any]) -> None:
    async with opened() as page:
        await open_chat(page, "Поход на Алтай")
        await say(page, "Это не боту")
        await say(page, "/ask А это боту")
        answer = last(page)
        await expect(answer).to_contain_text("Вы сказали: /ask А это боту")
        await expect(answer.locator(".quoted")).to_contain_text("Аня Соколова")
        await expect(page.get_by_text("Вы сказали: Это не боту")).to_have_count(0)
        await page.locator(".panel-toggle").click()
        await expect(page.locator(".row.update .gist")).to_have_text(["/ask А это боту"])
        model = page.locator(".row.model").last
        await expect(model.locator(".gist")).to_have_text("t=0.8 · /ask А это боту")
        await model.locator("summary").click()
        await expect(model.locator(".json")).to_contain_text('"instructions": "Кратко"')
        await shot(page, "panel")
        await become(page, "анонимный администратор")
        await say(page, "Я за группу")
        await expect(last(page)).to_have_class(re.compile("out"))
        await become(page, "участник")
        await expect(last(page).locator(".author")).to_contain_text("администратор")
    assert desk.world.faults == []


async def test_what_people_write_stays_text(opened: Opener, desk: Desk) -> None:
    async with opened() as page, bot_of(desk.world) as bot:
        await _start(page)
        await say(page, EVIL)
        await expect(page.locator(".text").filter(has_text=EVIL)).to_have_count(2)  # said, and said back
        private = desk.private("member")
        await bot.call(
            "sendMessage",
            chat_id=private.id,
            text="ссылка",
            entities=[{"type": "text_link", "offset": 0, "length": 6, "url": "javascript:window.hacked=1"}],
            reply_markup={"inline_keyboard": [[{"text": EVIL, "callback_data": EVIL[:60]}]]},
        )
        await expect(last(page).locator(".key")).to_have_text(EVIL)
        await expect(page.locator('a[href^="javascript"]')).to_have_count(0)
        await become(page, "администратор")
        await open_chat(page, "Команда продукта")
        await pick(page, "Новая тема")
        await page.get_by_role("textbox", name="Название темы").fill(EVIL)
        await page.keyboard.press("Enter")
        await expect(page.locator(".topic-row strong").last).to_have_text(EVIL)
        await page.locator(".panel-toggle").click()
        await page.locator(".row.update summary").last.click()
        await expect(page.locator(".row.update .json").last).to_contain_text("onerror")
        assert await page.evaluate("window.hacked") is None
        assert await page.locator("img, script:not([src])").count() == 0


async def test_the_content_policy_stops_what_would_get_through(opened: Opener) -> None:
    async with opened(complaint="TrustedHTML") as page:
        stopped = await page.evaluate(
            "() => { try { document.body.innerHTML = '<b>x</b>' } catch (e) { return e.name } }"
        )
        assert stopped == "TypeError"


async def test_on_a_phone(opened: Opener, shot: Callable[..., Any]) -> None:
    async with opened(viewport={"width": 390, "height": 780}, has_touch=True) as page:
        await expect(page.locator(".chat")).to_be_hidden()
        await _start(page)
        await expect(page.locator(".sidebar")).to_be_hidden()
        await say(page, "rich")
        await expect(last(page).locator("pre")).to_be_visible()
        await shot(page, "phone")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await page.locator(".panel-toggle").click()
        await expect(page.locator("#panel")).to_be_in_viewport()
        await shot(page, "phone-panel")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await page.keyboard.press("Escape")
        await expect(page.locator("#panel")).to_be_hidden()
        await page.get_by_role("button", name="Назад").click()
        await expect(page.locator(".sidebar")).to_be_visible()
        await shot(page, "phone-list")


async def test_killed_and_started_the_bot_answers_what_came_meanwhile(
    opened: Opener, shot: Callable[..., Any]
) -> None:
    async with opened(color_scheme="dark") as page:
        assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
        await _start(page)
        await page.locator(".panel-toggle").click()
        await page.get_by_role("button", name="kill -9").click()
        await expect(page.locator(".process")).to_contain_text("Бот не запущен")
        await say(page, "Ты жив?")
        await expect(last(page)).to_contain_text("Ты жив?")
        await shot(page, "killed")
        await page.get_by_role("button", name="Запустить").click()
        await expect(last(page)).to_contain_text("Вы сказали: Ты жив?")
        await expect(page.locator(".process")).to_contain_text("Бот работает")
        await shot(page, "dark")


async def test_trouble_is_seen_on_the_wire(opened: Opener) -> None:
    async with opened() as page:
        await _start(page)
        await page.locator(".panel-toggle").click()
        switch = page.get_by_role("switch", name=re.compile("^Флуд-контроль"))
        await switch.check()
        await say(page, "type")
        refused = page.locator(".row.call[data-outcome=refused]").last
        await expect(refused.locator(".outcome")).to_have_text("429")
        await switch.uncheck()
        await expect(switch).not_to_be_checked()


async def test_by_keyboard_alone(opened: Opener) -> None:
    async with opened() as page:
        await _start(page)
        field = page.locator("textarea")
        await field.focus()
        await page.keyboard.type("Раз")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("Два")
        await page.keyboard.press("Enter")
        await expect(page.locator("article.out .text").last).to_contain_text("Раз\nДва")
        await expect(last(page)).to_contain_text("Вы сказали: Раз")
        await expect(page.locator("#heard")).to_contain_text("YandexGPT: Вы сказали: Раз Два")
        await page.keyboard.press("ArrowUp")
        await expect(page.locator(".context")).to_contain_text("Изменить")
        await field.fill("Три")
        await page.keyboard.press("Enter")
        await expect(page.locator("article.out").last).to_contain_text("Три")
        await page.locator(".list").focus()
        await page.keyboard.press("End")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("menuitem", name="Ответить")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator(".context")).to_contain_text("YandexGPT")
        await page.keyboard.press("Escape")
        await expect(page.locator(".context")).to_be_hidden()
        await page.keyboard.press("Alt+ArrowDown")
        await expect(page.locator(".chat-title h1")).to_have_text("Клуб читателей")


async def test_topics_members_and_a_migration(opened: Opener, shot: Callable[..., Any]) -> None:
    async with opened() as page:
        await open_chat(page, "Команда продукта")
        await page.locator(".topic-row", has_text="Идеи").click()
        await say(page, "/ask как назвать функцию?")
        await expect(last(page)).to_contain_text("Вы сказали: /ask как назвать функцию?")
        await shot(page, "topics")
        await page.locator(".topic-row", has_text="Общее").click()
        await expect(page.locator("article", has_text="как назвать функцию")).to_have_count(0)
        await become(page, "посторонний")
        await open_chat(page, "Поход на Алтай")
        await page.locator(".big", has_text="Вступить").click()
        await expect(page.locator(".service").last).to_have_text("Игорь Чужов вступает в группу")
        await become(page, "администратор")
        await pick(page, "Удалить бота")
        await expect(page.locator(".service").last).to_have_text("Борис Лебедев удаляет: YandexGPT")
        await pick(page, "Добавить бота")
        await expect(page.locator(".service").last).to_have_text("Борис Лебедев добавляет: YandexGPT")
        await pick(page, "Превратить в супергруппу")
        await expect(page.locator(".service").last).to_have_text("Группа стала супергруппой")
        await expect(page.locator(".chat-title h1")).to_have_text("Поход на Алтай")
        await say(page, "/ask ты с нами?")
        await expect(last(page)).to_contain_text("Вы сказали: /ask ты с нами?")


async def test_a_link_to_the_bot_opens_its_private_chat(opened: Opener, desk: Desk) -> None:
    async with opened() as page, bot_of(desk.world) as bot:
        url = f"https://t.me/{desk.world.bot['username']}?start=settings"
        await bot.call(
            "sendMessage",
            chat_id=desk.chat("group").id,
            text="Настройки: здесь",
            entities=[{"type": "text_link", "offset": 11, "length": 5, "url": url}],
            reply_markup={"inline_keyboard": [[{"text": "В личном чате", "url": url}]]},
        )
        for element in (
            last(page).get_by_role("button", name="В личном чате"),
            last(page).get_by_role("link"),
        ):
            await open_chat(page, "Поход на Алтай")
            await element.click()
            await expect(page.locator(".chat-title p")).to_have_text("бот")
            await expect(last(page)).to_contain_text("Вы сказали: /start settings")


async def test_english_and_a_message_deleted(opened: Opener, desk: Desk) -> None:
    async with opened(locale="en-GB") as page:
        await open_chat(page, "YandexGPT")
        await page.get_by_role("button", name="START").click()
        await expect(page.locator("article.in")).to_have_count(1)
        await expect(last(page)).to_contain_text("/start")
        assert desk.personas["member"].user.json["language_code"] == "en"
        await last(page).click(button="right")
        await page.get_by_role("menuitem", name="Delete").click()
        await expect(page.locator("article.in")).to_have_count(0)
        await page.locator("[data-key=language]").click()
        await expect(page.locator(".chat-title p")).to_have_text("бот")
        await page.locator("[data-key=theme]").click()
        assert await page.evaluate("document.documentElement.dataset.theme") == "dark"


async def test_entities_overlap_and_count_in_utf_16(opened: Opener) -> None:
    async with opened() as page:
        drawn = await page.evaluate(
            """async () => {
                const { draw } = await import("./entities.js");
                const entities = [
                    { type: "bold", offset: 0, length: 4 },
                    { type: "italic", offset: 3, length: 3 },
                    { type: "no_such_entity", offset: 6, length: 1 },
                ];
                const holder = document.createElement("div");
                holder.append(draw("😀abcde", entities));
                return [...holder.querySelectorAll("strong, em")].map((e) => `${e.tagName} ${e.textContent}`);
            }"""
        )
        assert drawn == ["STRONG 😀ab", "EM b", "EM cd"]
