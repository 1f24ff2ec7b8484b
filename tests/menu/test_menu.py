"""The settings menu: what each page shows, and that all of it fits into a Telegram message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.values import Conversation
from bot.markup import utf16_len
from bot.options import BUILT_IN, OPTIONS
from bot.options.inheriting import effective
from bot.screens.callbacks import (
    AskValue,
    CancelPrompt,
    CloseMenu,
    OpenPage,
    PickModel,
    ResetOption,
    SetOption,
    decode,
    decode_start,
    prompt_under,
)
from bot.screens.menu import GROUP, MAIN, Menu, closed, digest, picked
from bot.screens.views import View
from tests.menu.drawing import MODELS, file, golden, menus, own

PAGES = (MAIN, GROUP, *OPTIONS)
PLACES = ("private", "group", "topic", "group-elsewhere", "topic-elsewhere", "comments")


def page(menu: Menu, name: str, number: int = 0) -> View:
    view = menu.page(name, number)
    assert view is not None
    return view


def buttons(view: View) -> dict[str, object]:
    """What each button carries, by its text."""
    return {button.text: decode(button.data) for row in view.rows for button in row}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_look_as_agreed(language: str) -> None:
    """After a wanted change: `python -m tests.menu.drawing`, then read the difference."""
    assert golden(language) == file(language).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("where", PLACES)
def test_every_page_opens_only_pages_that_exist(where: str, language: str) -> None:
    menu = menus(language)[where]
    seen, ahead = set(), [MAIN]
    while ahead:
        name = ahead.pop()
        seen.add(name)
        carried = [value for value in buttons(page(menu, name)).values() if isinstance(value, OpenPage)]
        ahead += [to.page for to in carried if to.place == menu.place and to.page not in seen]
    groups_only = {GROUP, *(name for name, option in OPTIONS.items() if option.groups_only)}
    assert seen == set(PAGES) - (groups_only if where == "private" else set())


def test_a_page_that_does_not_exist_is_none() -> None:
    assert menus("ru")["group"].page("colour") is None
    assert menus("ru")["private"].page("colour") is None
    assert menus("ru")["private"].page(GROUP) is None
    assert menus("ru")["private"].page("wake_words") is None


def test_the_fullest_page_fits_into_a_message() -> None:
    place = Conversation(-(2**63), 2**63 - 1)
    longest = own(instructions="😀" * 2000, model="m" * 200, wake_words=["ё" * 30 + str(n) for n in range(5)])
    for override in ("instructions", "model", "wake_words"):
        longest[override] = replace(longest[override], changed_by="😀" * 128)
    found = effective(BUILT_IN, longest, longest, private=False)
    for language in ("ru", "en"):
        menu = replace(menus(language)["topic-elsewhere"], place=place, found=found, title="😀" * 128)
        menu = replace(menu, models=["m" * 200 + str(number) for number in range(300)])
        views = [page(menu, name) for name in PAGES] + [menu.prompt(option) for option in OPTIONS.values()]
        assert max(utf16_len(view.text) for view in views) <= 4096
        assert max(sum(len(row) for row in view.rows) for view in views) <= 100
        assert max(len(button.data) for view in views for row in view.rows for button in row) <= 64


def test_temperature_has_presets_steps_and_a_reset() -> None:
    menu = menus("ru")["private"]
    place = menu.place
    assert buttons(page(menu, "temperature")) == {
        "0,2 — точно": SetOption(place, "temperature", "0.2"),
        "0,5 — взвешенно": SetOption(place, "temperature", "0.5"),
        "0,8 — творчески": SetOption(place, "temperature", "0.8"),
        "1 — без оглядки": SetOption(place, "temperature", "1"),
        "− 0,15": SetOption(place, "temperature", "0.15"),
        "+ 0,35": SetOption(place, "temperature", "0.35"),
        "Сбросить": ResetOption(place, "temperature"),
        "Назад": OpenPage(place, MAIN),
        "Закрыть": CloseMenu(place),
    }


def test_at_the_end_of_the_range_there_is_no_step_beyond() -> None:
    menu = replace(menus("en")["private"], found=effective(BUILT_IN, own(temperature=1), {}, private=True))
    texts = list(buttons(page(menu, "temperature")))
    assert "− 0.9" in texts
    assert not [text for text in texts if text.startswith("+")]


@pytest.mark.parametrize(("where", "has_own"), [("private", False), ("group", True), ("topic", False)])
def test_only_an_own_value_can_be_reset(where: str, has_own: bool) -> None:
    """The group has instructions of its own; its topic inherits them."""
    menu = menus("en")[where]
    assert ("Reset" in buttons(page(menu, "instructions"))) is has_own


def test_a_groups_settings_are_its_own_even_in_the_menu_of_a_topic() -> None:
    menu = menus("en")["topic"]
    assert buttons(page(menu, "wake_words"))["Reset"] == ResetOption(menu.place, "wake_words")
    assert "For this topic" not in page(menu, "wake_words").text


def test_the_chosen_value_is_marked() -> None:
    menu = menus("en")["topic"]
    assert buttons(page(menu, "language")) == {
        "Russian (русский)": SetOption(menu.place, "language", "ru"),
        "✓ English": SetOption(menu.place, "language", "en"),
        "Reset": ResetOption(menu.place, "language"),
        "Back": OpenPage(menu.place, MAIN),
        "Close": CloseMenu(menu.place),
    }
    assert list(buttons(page(menu, "reactions")))[:2] == ["✓ On", "Off"]


def test_models_come_in_sheets_that_follow_each_other() -> None:
    menu = menus("en")["private"]
    first, second = (buttons(page(menu, "model", number)) for number in (0, 1))
    assert [text.removeprefix("✓ ") for text in first][:8] == MODELS[:8]
    assert "✓ yandexgpt-5" in first
    assert list(second)[:5] == ["yandexgpt-9", "yandexgpt-10", "‹", "2/2", "›"]
    assert second["yandexgpt-9"] == PickModel(menu.place, digest("yandexgpt-9"))
    assert second["‹"] == second["›"] == OpenPage(menu.place, "model", 0)
    assert (menu.page("model", 99), menu.page("model", -5)) == (menu.page("model", 1), menu.page("model", 0))


def test_without_a_list_a_models_name_can_be_typed_or_the_deployments_own_chosen() -> None:
    menu = menus("en")["topic"]
    view = page(menu, "model")
    assert "You can type a name yourself." in view.text
    assert list(buttons(view)) == ["✓ yandexgpt-5", "Type a name", "Back", "Close"]
    assert buttons(view)["✓ yandexgpt-5"] == PickModel(menu.place, digest("yandexgpt-5"))
    assert buttons(view)["Type a name"] == AskValue(menu.place, "model")


def test_a_picked_model_is_found_in_the_list_while_it_is_there() -> None:
    assert picked(MODELS, digest("yandexgpt-7")) == "yandexgpt-7"
    assert picked(MODELS, digest("yandexgpt-99")) is None


def test_a_prompt_is_known_by_its_button() -> None:
    menu = menus("en")["topic"]
    view = menu.prompt(OPTIONS["wake_words"])
    keyboard = [button.data for row in view.rows for button in row]
    assert prompt_under(keyboard) == CancelPrompt(menu.place, "wake_words")


def test_a_topic_leads_to_the_whole_group() -> None:
    menu = menus("en")["topic"]
    found = buttons(page(menu, MAIN))
    assert found["Settings of the whole group"] == OpenPage(menu.place.chat, MAIN)
    assert "Settings of the whole group" not in buttons(page(menus("en")["group"], MAIN))


@pytest.mark.parametrize(("where", "offered"), [("group", True), ("topic", True), ("group-elsewhere", False)])
def test_a_group_offers_to_go_on_in_private(where: str, offered: bool) -> None:
    menu = menus("en")[where]
    links = [button for row in page(menu, MAIN).rows for button in row if button.url]
    head = "https://t.me/some_bot?start="
    assert [link.text for link in links] == (["Manage in private"] if offered else [])
    assert [decode_start(link.url.removeprefix(head)) for link in links] == ([menu.place] if offered else [])


def test_in_a_group_a_value_tells_who_changed_it_and_when() -> None:
    menu = menus("en")["group"]
    assert page(menu, "temperature").text.startswith(
        "Temperature: 0.5\nSet for this chat: Анна Петрова, 7 October 2026, 14:05 UTC.\n\n"
    )
    assert "Анна" not in page(menus("en")["private"], "temperature").text


def test_the_whole_of_the_instructions_is_on_their_own_page_only() -> None:
    text = "слово " * 400
    found = effective(BUILT_IN, own(instructions=text.strip()), {}, private=True)
    menu = replace(menus("ru")["private"], found=found)
    assert text.strip() in page(menu, "instructions").text
    assert len(page(menu, MAIN).text) < 400


def test_closing_leaves_the_way_back() -> None:
    view = closed(menus("en")["private"].texts)
    assert view == View("The settings are closed. To open them again: /settings")
