"""Settings: what people may write for each, what is kept, and what they are told."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.values import ChatSettings, Conversation
from bot.markup import utf16_len
from bot.options import BUILT_IN, OPTIONS, BadValue, Value, is_reset, shortened
from bot.options.kinds import Choice, Number
from bot.texts import Catalogue, Texts

CATALOGUE = Catalogue("ru")
RU, EN = CATALOGUE["ru"], CATALOGUE["en"]
MODELS = ["yandexgpt-lite", "yandexgpt-5-lite", "yandexgpt-5-pro", "aliceai-llm"]


def refusal(name: str, written: str, known: list[str] | None = None, language: str = "ru") -> str:
    option = OPTIONS[name]
    with pytest.raises(BadValue) as raised:
        option.kind.parse(written, known or ())
    return option.explain(raised.value, CATALOGUE[language])


def test_every_setting_is_declared() -> None:
    assert {field.name for field in fields(ChatSettings)} == set(OPTIONS)


def test_every_declared_setting_has_its_texts_and_no_text_is_left_over() -> None:
    names = {name.replace("_", "-") for name in OPTIONS}
    for prefix in ("option-", "about-"):
        assert {i.removeprefix(prefix) for i in RU.ids() if i.startswith(prefix)} == names
    shown = {
        f"{option.kind.text_prefix}-{word}"
        for option in OPTIONS.values()
        if isinstance(option.kind, Choice)
        for word in option.kind.words
    }
    others = {"value-on", "value-off", "value-none", "value-number", "value-tokens", "value-language-auto"}
    assert {i for i in RU.ids() if i.startswith("value-")} == shown | others
    examples = {f"example-{name.replace('_', '-')}" for name, o in OPTIONS.items() if o.example is None}
    assert {i for i in RU.ids() if i.startswith("example-")} == examples


@pytest.mark.parametrize("texts", [RU, EN], ids=["ru", "en"])
def test_what_a_setting_does_names_each_word_that_may_be_chosen(texts: Texts) -> None:
    for option in OPTIONS.values():
        words = str(option.kind.limits().get("choices", "")).split(" | ")
        assert [word for word in words if word not in option.about(texts)] == []


def test_commands_are_as_documented() -> None:
    assert [option.command for option in OPTIONS.values()] == [
        *("temperature", "tokens", "model", "instructions", "language", "memory"),
        *("search", "live"),
        *("rights", "wake", "reactions", "buttons", "title"),
        "listen",
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.3", 0.3),
        ("0,3", 0.3),
        (".5", 0.5),
        (",5", 0.5),
        ("0", 0.0),
        ("1", 1.0),
        ("1.0", 1.0),
        ("+0.2", 0.2),
        ("0.25", 0.25),
        ("0.333333333333333333333", 0.33),
        ("00.5", 0.5),
        ("  0.7\n", 0.7),
    ],
)
def test_a_temperature_is_understood(written: str, value: float) -> None:
    assert OPTIONS["temperature"].kind.parse(written) == value


@pytest.mark.parametrize(
    "written",
    [
        *("nan", "inf", "-inf", "1e999", "1e-1", "-1", "-0.1", "1.001", "1,5", "2", "abc", "", " ", "[0.3]"),
        *(
            "0.3 0.4",
            "0,3,4",
            "0.3;0.4",
            "0.",
            ".",
            "٠.٣",
            "0_1",
            "0x1",
            "½",
            "0.3°",
            "9" * 400,
            '""',
            "None",
        ),
    ],
)
def test_what_is_no_temperature_is_refused_with_the_range(written: str) -> None:
    expected = "Температура: нужно число от 0 до 1, например /temperature 0,3"
    assert refusal("temperature", written) == expected


def test_a_refusal_is_in_the_language_of_the_chat() -> None:
    expected = "Temperature: a number from 0 to 1 is needed, for example /temperature 0.3"
    assert refusal("temperature", "hot", language="en") == expected


@pytest.mark.parametrize(
    ("written", "value"), [("1", 1), ("8000", 8000), ("1 500", 1500), ("1\u00a0500", 1500), ("0100", 100)]
)
def test_a_number_of_tokens_is_understood(written: str, value: int) -> None:
    assert OPTIONS["max_output_tokens"].kind.parse(written) == value


@pytest.mark.parametrize("written", ["0", "8001", "1.5", "1,500", "15 00", "-5", "", "1e3", "many", "9" * 99])
def test_what_is_no_number_of_tokens_is_refused(written: str) -> None:
    expected = "Длина ответа: нужно целое число от 1 до 8\u00a0000, например /tokens 1500"
    assert refusal("max_output_tokens", written) == expected


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("language", "ru", "ru"),
        ("language", "Английский", "en"),
        ("memory", "linear", "linear"),
        ("memory", " Весь  РАЗГОВОР ", "linear"),
        ("memory", "ветки", "branches"),
        ("memory", "off", "off"),
        ("memory", "без памяти", "off"),
        ("who_may_change", "все", "everyone"),
        ("who_may_change", "Админы", "admins"),
        ("reactions", "вкл", True),
        ("reactions", "off", False),
        ("share_title", "нет", False),
        ("live", "да", True),
    ],
)
def test_a_choice_is_understood_in_both_languages(name: str, written: str, value: Value) -> None:
    assert OPTIONS[name].kind.parse(written) == value


def test_another_word_is_refused_with_the_choices() -> None:
    assert (
        refusal("memory", "иногда")
        == "Память: можно выбрать linear | branches | off, например /memory linear"
    )
    assert refusal("language", "", language="en").startswith("Language: choose one of ru | en")
    assert "on | off" in refusal("reactions", "maybe")


def test_no_two_choices_share_a_word() -> None:
    for option in OPTIONS.values():
        if isinstance(option.kind, Choice):
            words = [word for value, others in option.kind.words.items() for word in {value, *others}]
            assert sorted(words) == sorted(set(words))


def test_a_model_is_one_of_the_known_ones_where_they_are_known() -> None:
    model = OPTIONS["model"]
    assert model.kind.parse("YandexGPT-Lite", MODELS) == "yandexgpt-lite"
    assert model.kind.parse(" anything/latest ") == "anything/latest"
    assert model.kind.parse("gpt://folder/tuned@7") == "gpt://folder/tuned@7"
    assert model.kind.parse("a" * 200) == "a" * 200


def test_an_unknown_model_is_refused_with_the_nearest_ones() -> None:
    nearest = "Модели «yandexgtp-5» нет. Похожие: yandexgpt-5-pro, yandexgpt-5-lite, yandexgpt-lite"
    assert refusal("model", "yandexgtp-5", MODELS) == nearest
    assert refusal("model", "zzz", MODELS) == "Модели «zzz» нет. Посмотреть все: /settings"
    shown = [refusal("model", "z" * length, MODELS) for length in (64, 65)]
    assert [line.count("z") for line in shown] == [64, 63]
    assert refusal("model", "gpt", [f"gpt-{n}" for n in range(4)]).count("gpt-") == 3


@pytest.mark.parametrize("written", ["", "две модели", "a b", "модель", "-x", "a" * 201, "a\nb", "<b>"])
def test_what_can_be_no_models_name_is_refused(written: str) -> None:
    assert refusal("model", written).startswith("Модель: имя состоит из латинских букв")


def test_instructions_are_measured_as_telegram_measures() -> None:
    instructions = OPTIONS["instructions"]
    assert instructions.kind.parse(" Будь краток. \n") == "Будь краток."
    assert instructions.kind.parse("😀" * 2000) == "😀" * 2000
    expected = "Инструкции: не длиннее 4\u00a0000 символов, а здесь 4\u00a0001."
    assert refusal("instructions", "😀" * 2000 + "!") == expected
    empty = "Инструкции: напишите значение после команды, например /instructions Отвечай кратко и по делу"
    assert refusal("instructions", "  ") == empty


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("бот", ("бот",)),
        ("бот, Алиса;robot", ("бот", "Алиса", "robot")),
        ("бот Бот БОТ ёж", ("бот", "ёж")),
        ("бот робот Бот", ("бот", "робот")),
        ("hey-bot", ("hey-bot",)),
        (f"ab {'x' * 30}", ("ab", "x" * 30)),
        ("aa bb cc dd ee", ("aa", "bb", "cc", "dd", "ee")),
        ("нет", ()),
        ("off", ()),
        ("-", ()),
    ],
)
def test_wake_words_are_understood(written: str, value: tuple[str, ...]) -> None:
    assert OPTIONS["wake_words"].kind.parse(written) == value


@pytest.mark.parametrize(
    "written", ["a b c d e f", "a", "x" * 31, "@bot", "/bot", "bot!", "аа бб вв гг дд ее", "--"]
)
def test_what_can_be_no_wake_word_is_refused(written: str) -> None:
    assert refusal("wake_words", written) == (
        "Слова-обращения: не больше 5 слов из букв, цифр и дефисов, каждое длиной от 2 до 30 знаков, "
        "например /wake бот"
    )
    assert refusal("wake_words", " , ").startswith("Слова-обращения: напишите значение")


BAD: dict[str, list[object]] = {
    "temperature": [True, "0.3", None, math.nan, math.inf, -0.1, 1.1, 10**400, [0.3]],
    "max_output_tokens": [True, 1.0, "5", 0, 8001, None, {}],
    "model": ["", "a b", 5, None, "x" * 201],
    "instructions": ["x" * 4001, 5, None, ["x"]],
    "language": ["de", "", None, 1, "русский"],
    "memory": ["", "on", None, ["off"]],
    "live": ["on", 1, None],
    "who_may_change": ["me", None],
    "wake_words": ["бот", None, ["x"], ["a b"], [5], ["aa"] * 6],
    "reactions": ["on", 1, None],
    "search": ["on", 1, None],
    "buttons": ["off", 1, None],
    "share_title": ["off", 0, None],
    "listen": ["on", 1, None],
}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_bad_stored_value_is_refused(name: str) -> None:
    for stored in BAD[name]:
        with pytest.raises(BadValue):
            OPTIONS[name].kind.decode(stored)


VALUES: dict[str, st.SearchStrategy[Value]] = {
    "temperature": st.integers(0, 100).map(lambda hundredths: hundredths / 100),
    "max_output_tokens": st.integers(1, 8000),
    "model": st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_.:/@-]{0,50}\Z"),
    "instructions": st.text(min_size=1, max_size=200).map(str.strip).filter(bool),
    "language": st.sampled_from(["ru", "en"]),
    "memory": st.sampled_from(["linear", "branches", "off"]),
    "live": st.booleans(),
    "who_may_change": st.sampled_from(["admins", "everyone"]),
    "wake_words": st.lists(st.sampled_from(["бот", "алиса", "hey-bot", "x2"]), max_size=4, unique=True).map(
        tuple
    ),
    "reactions": st.booleans(),
    "search": st.booleans(),
    "buttons": st.booleans(),
    "share_title": st.booleans(),
    "listen": st.booleans(),
}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(OPTIONS)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name])))
def test_a_value_survives_being_written_read_and_stored(pair: tuple[str, Value]) -> None:
    name, value = pair
    option = OPTIONS[name]
    assert option.kind.parse(option.kind.write(value)) == value
    assert option.kind.decode(list(value) if isinstance(value, tuple) else value) == value
    assert option.kind.show(value, RU)


@given(st.sampled_from(sorted(OPTIONS)), st.text())
def test_anything_written_is_a_value_within_the_range_or_refused_in_words(name: str, written: str) -> None:
    option = OPTIONS[name]
    try:
        outcome: Value = option.kind.parse(written, MODELS)
        said = {option.kind.show(option.kind.decode(outcome), texts) for texts in (RU, EN)}
    except BadValue as error:
        said = {option.explain(error, texts) for texts in (RU, EN)}
        assert len(said) == 2
    assert all(said)


@pytest.mark.parametrize("texts", [RU, EN], ids=["ru", "en"])
def test_the_example_that_is_shown_can_be_written(texts: Texts) -> None:
    examples = {name: option.kind.parse(option.written_example(texts)) for name, option in OPTIONS.items()}
    assert examples["temperature"] == 0.3
    assert {name: option.kind.decode(examples[name]) for name, option in OPTIONS.items()} == examples


def test_values_are_shown_in_words() -> None:
    shown = {
        name: option.kind.show(getattr(BUILT_IN, name), RU)
        for name, option in OPTIONS.items()
        if name != "memory"
    }
    assert shown == {
        "temperature": "0,8",
        "max_output_tokens": "до 1\u00a0500 токенов",
        "model": "yandexgpt-lite",
        "instructions": BUILT_IN.instructions,
        "language": "русский",
        "live": "выкл.",
        "who_may_change": "администраторы",
        "wake_words": "нет",
        "reactions": "вкл.",
        "search": "выкл.",
        "buttons": "выкл.",
        "share_title": "вкл.",
        "listen": "выкл.",
    }
    assert OPTIONS["wake_words"].kind.show(("бот", "ёж"), RU) == "бот, ёж"
    assert OPTIONS["memory"].kind.show("off", EN) == "off"
    assert OPTIONS["instructions"].kind.show("", EN) == "none"
    assert len(OPTIONS["instructions"].kind.show("слово " * 600, RU)) <= 300
    assert OPTIONS["instructions"].kind.show("a" * 301, RU) == "a" * 299 + "…"
    assert OPTIONS["instructions"].kind.show("a" * 300, RU) == "a" * 300


def test_what_a_setting_does_is_said_with_its_range() -> None:
    about = OPTIONS["temperature"].about(RU)
    assert about == "насколько свободно отвечает модель: от 0 (точно) до 1 (неожиданно)"
    assert OPTIONS["max_output_tokens"].about(EN).startswith("the longest answer in tokens, from 1 to 8,000")


@pytest.mark.parametrize("word", ["reset", "Сброс", " default "])
def test_a_word_resets(word: str) -> None:
    assert is_reset(word)
    assert not is_reset(f"{word} x")


def test_settings_of_groups_belong_to_the_whole_chat() -> None:
    topic = Conversation(-100, 7)
    assert OPTIONS["temperature"].place(topic) == topic
    assert OPTIONS["wake_words"].place(topic) == Conversation(-100)


def test_a_step_goes_as_far_as_the_range() -> None:
    temperature = OPTIONS["temperature"].kind
    assert isinstance(temperature, Number)
    assert {value: temperature.steps(value) for value in (0, 0.05, 0.3, 0.25, 0.333, 0.95, 1)} == {
        0: (0.1,),
        0.05: (0, 0.15),
        0.3: (0.2, 0.4),
        0.25: (0.15, 0.35),
        0.333: (0.23, 0.43),
        0.95: (0.85, 1),
        1: (0.9,),
    }


def test_presets_are_round() -> None:
    presets = {name: [value for _, value in option.presets] for name, option in OPTIONS.items()}
    assert {name: values for name, values in presets.items() if values} == {
        "temperature": [0.2, 0.5, 0.8, 1.0],
        "max_output_tokens": [500, 1000, 1500, 3000, 5000, 8000],
    }


def test_presets_are_values() -> None:
    for option in OPTIONS.values():
        for text_id, value in option.presets:
            assert option.kind.decode(value) == value
            assert RU(text_id, value=value) != EN(text_id, value=value)


def test_who_changes_settings_and_what_costs_more_is_the_admins_own() -> None:
    assert [name for name, option in OPTIONS.items() if option.admins_only] == [
        "search",
        "who_may_change",
        "listen",
    ]


def test_what_only_groups_have() -> None:
    assert [name for name, option in OPTIONS.items() if option.groups_only] == [
        *("who_may_change", "wake_words", "reactions", "buttons", "share_title", "listen")
    ]
    assert [name for name, option in OPTIONS.items() if option.by_topic] == ["listen"]


def test_lengths_are_utf16_units_even_of_broken_text() -> None:
    assert [utf16_len(text) for text in ("я", "😀", "\ud800")] == [1, 2, 1]


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert [shortened("abc def", length) for length in (7, 5, 4)] == ["abc def", "abc…", "abc…"]
    assert [shortened("😀😀😀", length) for length in (6, 5, 4)] == ["😀😀😀", "😀😀…", "😀…"]
