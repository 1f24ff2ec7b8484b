"""A bot of one file: it polls, and answers what the page's tests write to it."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from typing import Any

Json = dict[str, Any]

ROOT = f"{os.environ['TELEGRAM_API_URL']}/bot{os.environ['TELEGRAM_BOT_TOKEN']}"
RICH = (
    "Заголовок\nЖирный, курсив, подчёркнутый, зачёркнутый, спойлер и код.\n"
    "def cost(days: int) -> float:\n    return days * 4_500.0\n"
    "Цитата: лучшее обычно случается само.\nСсылка и /settings для @someone 😀 конец"
)
MENU = {
    "inline_keyboard": [
        [{"text": "0,2 точно", "callback_data": "t:0.2"}, {"text": "✓ 0,5 ровно", "callback_data": "t:0.5"}],
        [{"text": "0,8 живо", "callback_data": "t:0.8"}, {"text": "1,0 смело", "callback_data": "t:1.0"}],
        [{"text": "Подсказка", "callback_data": "alert"}, {"text": "Сайт", "url": "https://example.org/"}],
    ]
}
COMMANDS = [
    {"command": "start", "description": "Начать"},
    {"command": "ask", "description": "Спросить"},
    {"command": "settings", "description": "Настройки чата"},
    {"command": "stop", "description": "Остановить ответ"},
]


def call(method: str, **params: Any) -> Any:
    body = json.dumps(params).encode()
    request = urllib.request.Request(f"{ROOT}/{method}", body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=70) as response:  # noqa: S310
        return json.load(response)["result"]


def entities(text: str, *marks: tuple[str, str] | tuple[str, str, Json]) -> list[Json]:
    def units(part: str) -> int:
        return len(part.encode("utf-16-le")) // 2

    found = []
    for kind, part, *more in marks:
        at = text.index(part)
        extra = more[0] if more else {}
        found.append({"type": kind, "offset": units(text[:at]), "length": units(part), **extra})
    return found


RICH_ENTITIES = entities(
    RICH,
    ("bold", "Заголовок"),
    ("bold", "Жирный"),
    ("italic", "курсив"),
    ("underline", "подчёркнутый"),
    ("strikethrough", "зачёркнутый"),
    ("spoiler", "спойлер"),
    ("code", "код"),
    ("pre", "def cost(days: int) -> float:\n    return days * 4_500.0", {"language": "python"}),
    ("blockquote", "Цитата: лучшее обычно случается само."),
    ("text_link", "Ссылка", {"url": "https://example.org/?a=1&b=2"}),
)


def document(chat_id: int) -> None:
    parts = [
        ("chat_id", None, str(chat_id)),
        ("caption", None, "Ответ целиком"),
        ("document", "ответ.md", "# Большой план\n" * 400),
    ]
    boundary = "scripted"
    body = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        + (f'; filename="{filename}"\r\nContent-Type: text/markdown' if filename else "")
        + f"\r\n\r\n{value}\r\n"
        for name, filename, value in parts
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    content = f"{body}--{boundary}--\r\n".encode()
    urllib.request.urlopen(urllib.request.Request(f"{ROOT}/sendDocument", content, headers), timeout=9)  # noqa: S310


def ask_model(text: str) -> None:
    url = os.environ.get("YANDEX_CLOUD_BASE_URL")
    if not url:
        return
    body = {"model": "gpt://demo/yandexgpt-lite", "input": text, "temperature": 0.8, "instructions": "Кратко"}
    headers = {"Content-Type": "application/json", "Authorization": "Bearer k", "OpenAI-Project": "demo"}
    request = urllib.request.Request(f"{url}/responses", json.dumps(body).encode(), headers)  # noqa: S310
    urllib.request.urlopen(request, timeout=30).read()  # noqa: S310


def answer(message: Json) -> None:
    chat_id, text = message["chat"]["id"], message.get("text", "")
    place: Json = {"chat_id": chat_id}
    if message.get("is_topic_message"):
        place["message_thread_id"] = message["message_thread_id"]
    if message["chat"]["type"] != "private":
        place["reply_parameters"] = {"message_id": message["message_id"]}
    if text.startswith("/settings"):
        call("sendMessage", text="Температура: 0,5\nЗадана по умолчанию", reply_markup=MENU, **place)
    elif text.startswith("rich"):
        call("sendMessage", text=RICH, entities=RICH_ENTITIES, **place)
    elif text.startswith("type"):
        call("sendChatAction", action="typing", **{n: v for n, v in place.items() if n != "reply_parameters"})
    elif text.startswith("react"):
        reaction = [{"type": "emoji", "emoji": "👀"}]
        call("setMessageReaction", chat_id=chat_id, message_id=message["message_id"], reaction=reaction)
    elif text.startswith("file"):
        document(chat_id)
    elif text:
        ask_model(text)
        call("sendMessage", text=f"Вы сказали: {text}", **place)


def press(query: Json) -> None:
    if query["data"] == "alert":
        call("answerCallbackQuery", callback_query_id=query["id"], text="Больше — смелее", show_alert=True)
        return
    shown = query["data"].removeprefix("t:").replace(".", ",")
    message = query["message"]
    call("answerCallbackQuery", callback_query_id=query["id"], text=f"Температура {shown}")
    text = f"Температура: {shown}\nЗадал(а) {query['from']['first_name']}"
    where = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
    call("editMessageText", text=text, reply_markup=MENU, **where)


def main() -> None:
    call("setMyCommands", commands=COMMANDS)
    offset = 0
    while True:
        try:
            updates = call("getUpdates", offset=offset, timeout=10)
            for update in updates:
                if "message" in update:
                    answer(update["message"])
                elif "callback_query" in update:
                    press(update["callback_query"])
                offset = update["update_id"] + 1
        except OSError:
            time.sleep(0.2)


if __name__ == "__main__":
    main()
