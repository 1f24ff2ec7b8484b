"""The conversation that goes with a question, as people see it and as it is on the wire."""

from __future__ import annotations

from typing import Any

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.conftest import Running

TOO_LONG = {"error": {"message": "This model's maximum context length was exceeded.", "code": None}}


def message(role: str, text: str) -> dict[str, Any]:
    kind = "input_text" if role == "user" else "output_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


async def test_a_follow_up_then_back_to_the_first_answer(
    world: World, model: ModelServer, running: Running
) -> None:
    """A reply to an earlier answer goes on from there, and the bot says so with that answer's first words."""
    anna = world.user("Анна")
    chat = world.private(anna)
    for text in ("Гоголь.", "В 1835 году.", "«Мёртвые души»."):
        model.reply(text)
    async with running():
        await chat.say(anna, "Кто написал «Тараса Бульбу»?")
        first = await chat.see("Гоголь.")
        await chat.say(anna, "Когда?")
        await chat.see("В 1835 году.")
        await chat.say(anna, "А что ещё?", reply_to=first)
        answer = await chat.see("«Мёртвые души».")
    begun = [message("user", "Кто написал «Тараса Бульбу»?"), message("assistant", "Гоголь.")]
    assert [request.body["input"] for request in model.requests] == [
        "Кто написал «Тараса Бульбу»?",
        [*begun, message("user", "Когда?")],
        [*begun, message("user", "А что ещё?")],
    ]
    assert "Возвращаюсь к ответу «Гоголь.»" in answer.text


async def test_what_no_longer_fits_is_said_once(world: World, model: ModelServer, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(history_tokens=200):
        for number in range(4):
            model.reply(f"Ответ {number} " + "х" * 80)
            await chat.say(anna, f"Вопрос {number} " + "ы" * 80)
            await chat.see(f"Ответ {number}")
        said = [shown for shown in chat.messages if "больше не помещается" in shown.text]
        assert len(said) == 1


async def test_a_conversation_too_long_for_the_model_is_asked_about_again_without_its_history(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Раз.")
    model.fail(400, body=TOO_LONG)
    model.reply("Два.")
    async with running():
        await chat.say(anna, "Первый")
        await chat.see("Раз.")
        await chat.say(anna, "Второй")
        assert "не учитывая сказанного раньше" in (await chat.see("Два.")).text
    assert model.requests[-1].body["input"] == "Второй"
