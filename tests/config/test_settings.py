"""The deployment's settings: what is refused, how it is said, and that no secret is echoed."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.config.loading import BadSettings, load
from bot.config.settings import variables
from bot.money.budgets import Scope

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAExampleExampleExampleExampleExample"
REQUIRED = {
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "YANDEX_CLOUD_FOLDER": "b1gfolder",
    "YANDEX_CLOUD_API_KEY": "AQVN-a-made-up-key",
}


@pytest.fixture(autouse=True)
def _a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def env_file(folder: Path, **values: str) -> Path:
    path = folder / ".env"
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")
    path.chmod(0o600)
    return path


def faults(folder: Path, **values: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        load(env_file(folder, **(REQUIRED | values)))
    return caught.value.faults


def test_three_variables_are_enough(tmp_path: Path) -> None:
    settings, warnings = load(env_file(tmp_path, **REQUIRED))
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.yandex_cloud_model == "yandexgpt-lite"
    assert settings.default_temperature == 0.8
    assert settings.default_max_output_tokens == 1500
    assert warnings == ["ALLOWED_USERS and ALLOWED_CHATS are empty: anyone may use this bot and the key"]


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFAULT_TEMPERATURE", "0.1")
    settings, _ = load(env_file(tmp_path, **REQUIRED, DEFAULT_TEMPERATURE="0.9"))
    assert settings.default_temperature == 0.1


def test_all_faults_come_at_once_each_with_range_and_example(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        load(env_file(tmp_path, DEFAULT_TEMPERATURE="3", TELEGRAM_BOT_TOKEN=""))
    assert caught.value.faults == [
        (
            "TELEGRAM_BOT_TOKEN is not set: it takes the token that @BotFather gave, "
            "for example TELEGRAM_BOT_TOKEN=123456789:AAExampleExampleExampleExampleExample"
        ),
        (
            "YANDEX_CLOUD_FOLDER is not set: it takes a folder id, "
            "for example YANDEX_CLOUD_FOLDER=b1gexamplefolder0000"
        ),
        (
            "YANDEX_CLOUD_API_KEY is not set: it takes an API key of a service account, "
            "for example YANDEX_CLOUD_API_KEY=AQVNexample0000000000000000000000000000"
        ),
        (
            "DEFAULT_TEMPERATURE has a value that can't be used: it takes a number from 0 to 1, "
            "for example DEFAULT_TEMPERATURE=0.8"
        ),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "not-a-token"),
        ("TELEGRAM_API_URL", "ftp://telegram.example"),
        ("TELEGRAM_PROXY_URL", "proxy:1080"),
        ("TELEGRAM_RATE_PER_S", "0"),
        ("YANDEX_CLOUD_FOLDER", "my folder"),
        ("YANDEX_CLOUD_API_KEY", "two words here"),
        ("DATABASE_URL", "files/b.db"),
        ("DEFAULT_TEMPERATURE", "nan"),
        ("DEFAULT_TEMPERATURE", "-0.1"),
        ("DEFAULT_MAX_OUTPUT_TOKENS", "8001"),
        ("DEFAULT_INSTRUCTIONS", "x" * 4001),
        ("DEFAULT_LANGUAGE", "de"),
        ("MODEL_CONCURRENCY", "0"),
        ("MODEL_TIMEOUT_S", "0"),
        ("ALLOWED_USERS", "1,anna"),
        ("ALLOWED_USERS", "9" * 20),
        ("ADMIN_USERS", "-" + "9" * 5000),
        ("HTTP_LISTEN", "9999"),
        ("HTTP_LISTEN", "127.0.0.1:99999"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:99999"),
        ("TELEGRAM_PROXY_URL", "socks5://proxy.example:99999"),
        ("WEBHOOK_SECRET", "with spaces"),
        ("LOG_FORMAT", "xml"),
        ("SEARCH_PRICE_RUB", "-0.5"),
        ("SPEECH_PRICE_RUB", "1e-7"),
        ("BUDGET_USER_DAY_RUB", "dear"),
        ("BUDGET_MONTH_RUB", "Infinity"),
        ("TIME_ZONE", "Vladivostok"),
        ("TIME_ZONE", "Asia"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("TIME_ZONE", "/etc/localtime"),
        ("TIME_ZONE", "Asia/\x00"),
    ],
)
def test_a_wrong_value_names_its_variable_and_not_itself(tmp_path: Path, name: str, value: str) -> None:
    (fault,) = faults(tmp_path, **{name: value})
    assert fault.startswith(f"{name} ")
    assert f"for example {name}=" in fault
    if len(value) > 3:
        assert value not in fault


def test_a_webhook_needs_its_secret(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, WEBHOOK_URL="https://bot.example/telegram")
    assert fault.startswith("WEBHOOK_SECRET is missing")


def test_a_webhook_needs_the_web_server(tmp_path: Path) -> None:
    webhook = {"WEBHOOK_URL": "https://bot.example/telegram", "WEBHOOK_SECRET": "a-secret", "HTTP_LISTEN": ""}
    (fault,) = faults(tmp_path, **webhook)
    assert fault.startswith("HTTP_LISTEN is missing")


def test_secrets_are_the_secret_values_and_the_passwords_within(tmp_path: Path) -> None:
    proxy = "socks5://user:pass%40word@127.0.0.1:1080"
    settings, _ = load(env_file(tmp_path, **REQUIRED, TELEGRAM_PROXY_URL=proxy))
    assert {TOKEN, REQUIRED["YANDEX_CLOUD_API_KEY"], proxy, "pass%40word", "pass@word"} <= {
        *settings.secrets()
    }


def test_a_url_without_a_password_is_no_secret(tmp_path: Path) -> None:
    settings, _ = load(env_file(tmp_path, **REQUIRED, TELEGRAM_PROXY_URL="socks5://127.0.0.1:1080"))
    assert settings.secrets() == [TOKEN, REQUIRED["YANDEX_CLOUD_API_KEY"]]


PROXIES = ("TELEGRAM_PROXY_URL", "YANDEX_CLOUD_PROXY_URL")


@pytest.mark.parametrize("name", PROXIES)
@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (
            "http://me:Пароль@proxy.example:3128",
            "http://me:%D0%9F%D0%B0%D1%80%D0%BE%D0%BB%D1%8C@proxy.example:3128",
        ),
        ("http://me:%D0%9F@proxy.example:3128", "http://me:%D0%9F@proxy.example:3128"),
        ("http://я:é@proxy.example", "http://%D1%8F:%C3%A9@proxy.example:80"),
        ("https://me:a b!@proxy.example", "https://me:a%20b%21@proxy.example:443"),
        ("http://me:100%@proxy.example:1", "http://me:100%25@proxy.example:1"),
        ("socks5://me@proxy.example", "socks5://me:@proxy.example:1080"),
        ("socks5h://me:p%40w@[::1]", "socks5h://me:p%40w@[::1]:1080"),
        ("socks5://proxy.example:", "socks5://proxy.example:1080"),
    ],
)
def test_both_proxies_take_the_same_passwords(tmp_path: Path, name: str, given: str, taken: str) -> None:
    settings, _ = load(env_file(tmp_path, **REQUIRED, **{name: given}))
    value = getattr(settings, name.lower())
    assert value.get_secret_value() == taken


@pytest.mark.parametrize("name", PROXIES)
@pytest.mark.parametrize(
    "given",
    [
        "socks5://me:Пароль@proxy.example:1080",
        "socks5://%D1%8F:password@proxy.example:1080",
        f"socks5h://me:{'x' * 256}@proxy.example:1080",
        "http://me:%FFpassword@proxy.example:3128",
        "http://a%3Ab:password@proxy.example:3128",
        "http://me:pass%0D%0Aword@proxy.example:3128",
    ],
)
def test_a_password_that_one_of_the_libraries_can_not_send_is_a_fault_for_both(
    tmp_path: Path, name: str, given: str
) -> None:
    (fault,) = faults(tmp_path, **{name: given})
    assert fault.startswith(f"{name} has a value that can't be used")
    assert "percent-encoded" in fault
    assert given not in fault


def test_lists_and_empty_values(tmp_path: Path) -> None:
    settings, warnings = load(
        env_file(
            tmp_path,
            **REQUIRED,
            ALLOWED_USERS=" 1, 2,",
            HTTP_LISTEN="",
            MODEL_TIMEOUT_S="",
            WEBHOOK_SECRET="",
        )
    )
    assert settings.allowed_users == {1, 2}
    assert settings.http_listen == ""
    assert settings.model_timeout_s == 60
    assert settings.webhook_secret is None
    assert warnings == []


def test_no_secret_shows_in_a_repr(tmp_path: Path) -> None:
    proxy = "socks5://user:hidden@proxy.example:1080"
    settings, _ = load(env_file(tmp_path, **REQUIRED, TELEGRAM_PROXY_URL=proxy, ALLOWED_USERS="1"))
    assert settings.telegram_proxy_url == SecretStr(proxy)
    for secret in (TOKEN, REQUIRED["YANDEX_CLOUD_API_KEY"], "hidden"):
        assert secret not in repr(settings)


def test_a_misspelt_name_gets_a_warning_with_the_nearest(tmp_path: Path) -> None:
    _, warnings = load(env_file(tmp_path, **REQUIRED, ALLOWED_USERS="1", YANDEX_CLOUD_MODLE="x", OTHER="y"))
    (warning,) = warnings
    assert "YANDEX_CLOUD_MODLE" in warning
    assert warning.endswith("did you mean YANDEX_CLOUD_MODEL?")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("ALOWED_USERS", "ALLOWED_USERS"),
        ("BUDGET_USERS_DAY_RUB", "BUDGET_USER_DAY_RUB"),
        ("webhook_secrets", "WEBHOOK_SECRET"),
        ("TELEGRAM_X", "TELEGRAM_PROXY_URL"),
    ],
)
def test_whatever_looks_like_a_variable_gets_a_warning(tmp_path: Path, name: str, near: str) -> None:
    """A limit that is misspelt is no limit."""
    _, warnings = load(env_file(tmp_path, **REQUIRED, ADMIN_USERS="1", ALLOWED_CHATS="-1", **{name: "1"}))
    assert [line for line in warnings if name in line] == [
        f"{tmp_path}/.env: {name} is not a variable of this bot; did you mean {near}?"
    ]


@pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "PATH", "LANG", "COMPOSE_PROJECT_NAME", "TZ"])
def test_other_programs_variables_get_none(tmp_path: Path, name: str) -> None:
    _, warnings = load(env_file(tmp_path, **REQUIRED, ALLOWED_USERS="1", **{name: "1"}))
    assert warnings == []


def test_a_readable_env_file_gets_a_warning(tmp_path: Path) -> None:
    path = env_file(tmp_path, **REQUIRED, ALLOWED_USERS="1")
    path.chmod(0o644)
    _, warnings = load(path)
    assert warnings == [f"{path} can be read by other users of this machine: chmod 600 {path}"]


def test_a_file_that_is_not_text_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"\xff\xfe\x00A")
    with pytest.raises(BadSettings, match="UTF-8"):
        load(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def a_loop(path: Path) -> None:
    path.symlink_to(path.name)


def a_link_to_nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


UNREADABLE = pytest.mark.parametrize(
    ("make", "why"),
    [
        (a_folder, "Is a directory"),
        (a_loop, "Too many levels of symbolic links"),
        (a_link_to_nowhere, "No such file or directory"),
    ],
)


@UNREADABLE
def test_a_file_that_can_not_be_read_is_named_first(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    path = tmp_path / ".env"
    make(path)
    with pytest.raises(BadSettings) as caught:
        load(path)
    assert caught.value.faults[0] == f"{path} can't be read: {why}; mend or remove it"
    assert [fault.split()[0] for fault in caught.value.faults[1:]] == list(REQUIRED)


@UNREADABLE
def test_a_file_that_can_not_be_read_is_a_warning_where_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], why: str
) -> None:
    for name, value in (REQUIRED | {"ALLOWED_USERS": "1"}).items():
        monkeypatch.setenv(name, value)
    path = tmp_path / ".env"
    make(path)
    _, warnings = load(path)
    assert warnings == [f"{path} can't be read: {why}; mend or remove it"]


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    """As a shell's `<(…)` and password managers give it."""
    path = tmp_path / ".env"
    os.mkfifo(path)
    writer = threading.Thread(
        target=path.write_text, args=["".join(f"{name}={value}\n" for name, value in REQUIRED.items())]
    )
    writer.start()
    settings, _ = load(path)
    writer.join()
    assert settings.yandex_cloud_folder == "b1gfolder"


def test_the_example_file_holds_every_variable_with_its_line_and_default() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    told = re.findall(r"^# (.+)\n(#?)([A-Z_]+)=(.*)$", text, flags=re.MULTILINE)
    assert {name: (about, bool(mark), value) for about, mark, name, value in told} == {
        name: (field.description, not field.is_required(), written(field))
        for name, field in variables().items()
    }


def written(field: FieldInfo) -> str:
    """The default as one writes it in a `.env`; the example, where there is no default."""
    if field.is_required():
        assert isinstance(field.json_schema_extra, dict)
        return str(field.json_schema_extra["example"])
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    if value is None or value in (frozenset(), ()):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_the_example_file_itself_is_accepted(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    path = tmp_path / ".env"
    path.write_text(re.sub(r"^#([A-Z_]+=)", r"\1", text, flags=re.MULTILINE), encoding="utf-8")
    path.chmod(0o600)
    settings, warnings = load(path)
    assert settings.yandex_cloud_model == "yandexgpt-lite"
    assert [w for w in warnings if "not a variable" in w] == []


def test_faults_of_single_variables_and_of_what_goes_together_come_at_once(tmp_path: Path) -> None:
    together = {"WEBHOOK_URL": "https://bot.example/telegram", "HTTP_LISTEN": "", "DEFAULT_TEMPERATURE": "3"}
    told = [fault.split()[0] for fault in faults(tmp_path, **together)]
    assert told == ["DEFAULT_TEMPERATURE", "WEBHOOK_SECRET", "HTTP_LISTEN"]


def test_a_wrong_price_is_named_with_its_model(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, MODEL_PRICES="mine=1/2,lite=1/x")
    assert fault == (
        "MODEL_PRICES has a value that can't be used (the price of 'lite' is not a number): "
        "it takes name=IN/OUT, roubles for 1000 tokens, separated by commas, "
        "for example MODEL_PRICES=yandexgpt-lite=0.20/0.20,my-model=0.50/1.20"
    )


def test_prices_and_budgets_are_exact(tmp_path: Path) -> None:
    written = {"MODEL_PRICES": "mine=0.1/0.3", "SEARCH_PRICE_RUB": "1.1", "BUDGET_USER_DAY_RUB": "0.1"}
    settings, _ = load(env_file(tmp_path, **REQUIRED, **written))
    prices = settings.prices()
    assert (prices.of("mine").output, prices.search) == (Decimal("0.3"), Decimal("1.1"))
    assert prices.knows("yandexgpt-lite")
    assert settings.budgets() == {Scope.PERSON: Decimal("0.1")}
