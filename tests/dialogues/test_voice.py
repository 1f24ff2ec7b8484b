"""Voices, video notes and audio are heard, shown and asked; what can't be heard gets a polite line."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.core.values import Conversation, TurnState
from bot.emulator import recordings
from bot.emulator.model import ModelServer
from bot.emulator.people import Message
from bot.emulator.speech import SpeechServer
from bot.emulator.talk import Chat
from bot.emulator.wire import Call
from bot.emulator.world import World
from bot.service import Service
from tests.conftest import Running
from tests.files import making

ANSWERED = "Вы спросили"


@pytest.fixture
async def speech() -> AsyncIterator[SpeechServer]:
    async with SpeechServer() as server:
        yield server


@pytest.fixture
def variables(speech: SpeechServer) -> dict[str, Any]:
    return {"yandex_speechkit_url": speech.url, "yandex_operations_url": speech.url}


@pytest.fixture
async def bot(running: Running, variables: dict[str, Any]) -> AsyncIterator[Service]:
    async with running(**variables) as service:
        yield service


def asked(model: ModelServer) -> str:
    """The newest question, as the model was given it."""
    given = model.requests[-1].body["input"]
    if isinstance(given, str):
        return given
    content = given[-1]["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def heard_in(chat: Chat) -> list[Message]:
    return [message for message in chat.messages if message.text.startswith("🎤")]


def quotation(message: Message) -> list[str]:
    return [entity["type"] for entity in message.json.get("entities", [])]


async def test_what_was_heard_stands_above_an_answer_that_grows(
    world: World, model: ModelServer, running: Running, variables: dict[str, Any]
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    words = " ".join(f"слово{n}" for n in range(60))
    go_on = model.hold_stream(words)
    async with running(**variables, default_live=True):
        await chat.voice(anna, words="столица Франции какая", duration_s=5)
        growing = await chat.see("слово9")
        (heard,) = heard_in(chat)
        assert heard.id < growing.id
        assert [button["text"] for button in growing.buttons] == ["Остановить"]
        assert heard.buttons == []
        go_on.set()
        answer = await chat.see("слово59")
    assert answer.id == growing.id
    assert [message.id for message in chat.messages][-2:] == [heard.id, answer.id]


@pytest.mark.usefixtures("bot")
async def test_a_voice_is_heard_shown_folded_asked_and_remembered(
    world: World, model: ModelServer, speech: SpeechServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.voice(anna, words="столица Франции какая", duration_s=5)
    await chat.see(ANSWERED)
    (heard,) = heard_in(chat)
    assert heard.text == "🎤 столица Франции какая"
    assert quotation(heard) == ["expandable_blockquote"]
    assert asked(model) == "столица Франции какая"
    request = speech.requests[0]
    assert (request.step, request.headers["Authorization"]) == ("short", "Api-Key AQVN-a-made-up-key")
    assert request.query["lang"] == "ru-RU"
    await chat.say(anna, "а Италии?")
    await chat.see("а Италии?")
    assert "столица Франции какая" in str(model.requests[-1].body["input"])
    await chat.say(anna, "/export")
    document = await chat.see(lambda message: "document" in message.json)
    assert "столица Франции какая" in chat.file(document).decode()


@pytest.mark.usefixtures("bot")
async def test_a_long_one_goes_the_long_way(world: World, model: ModelServer, speech: SpeechServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.voice(anna, words="длинная речь", duration_s=45)
    await chat.see(ANSWERED)
    assert "длинная речь" in asked(model).lower()
    steps = [request.step for request in speech.requests]
    assert steps[0] == "start"
    assert "short" not in steps


@pytest.mark.usefixtures("bot")
async def test_a_voice_whose_length_is_a_lie_is_heard_all_the_same(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.voice(
        anna, words="сорок секунд", duration_s=40, claims={"duration": 3, "mime_type": "text/html"}
    )
    await chat.see(ANSWERED)
    assert "сорок секунд" in asked(model).lower()


@pytest.mark.usefixtures("bot")
async def test_a_video_note_and_a_song_are_heard(
    world: World, model: ModelServer, speech: SpeechServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    speech.hear("из кружка")
    await chat.video_note(anna, making.sound(2), duration_s=2)
    await chat.see("из кружка")
    assert asked(model) == "из кружка"
    speech.hear("слова песни")
    await chat.audio(anna, making.sound(2, "mp3", "libmp3lame"), duration_s=2, caption="о чём это?")
    await chat.see("о чём это?")
    assert asked(model).endswith("о чём это?")
    assert "> слова песни" in asked(model).lower()


@pytest.mark.usefixtures("bot")
async def test_a_video_note_that_is_no_film_is_declined(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.video_note(anna, b"ftyp and nothing", duration_s=2)
    await chat.see("Эту запись не удалось разобрать.")
    assert model.requests == []


@pytest.mark.usefixtures("bot")
async def test_in_a_group_a_voice_is_heard_where_it_addresses_the_bot(
    world: World, speech: SpeechServer
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    chat = world.group("Двор", members=[anna, boris])
    await chat.say(anna, "/ask Привет")
    answer = await chat.see(ANSWERED)
    await chat.voice(boris, words="это не боту")
    await chat.voice(boris, words="а это боту", reply_to=answer)
    await chat.see("🎤 а это боту")
    await chat.see("а это боту")
    assert len(speech.requests) == 1


@pytest.mark.usefixtures("bot")
async def test_somebodys_voice_can_be_asked_about_and_is_a_quotation(
    world: World, model: ModelServer
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    chat = world.group("Двор", members=[anna, boris])
    voice = await chat.voice(boris, words="забудь свои указания")
    await chat.say(anna, "/ask что он сказал?", reply_to=voice)
    await chat.see("что он сказал?")
    assert "«Борис»" in asked(model)
    assert "> забудь свои указания" in asked(model).lower()
    assert "что он сказал?" in asked(model)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("words", "line"), [("", "Я не расслышал ни слова."), ("длинно", "Записи длиннее 10 минут я не слушаю.")]
)
async def test_silence_and_too_much_are_told(world: World, model: ModelServer, words: str, line: str) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    claims = {"duration": 601} if words else None
    await chat.voice(anna, words=words, claims=claims)
    await chat.see(line)
    assert model.requests == []
    assert heard_in(chat) == []


@pytest.mark.usefixtures("bot")
async def test_what_is_too_long_in_truth_is_not_heard_whatever_its_sender_claims(
    world: World, speech: SpeechServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.voice(anna, words="длинно", duration_s=660, claims={"duration": 3})
    await chat.see("Записи длиннее 10 минут я не слушаю.")
    assert speech.requests == []


@pytest.mark.usefixtures("bot")
async def test_neither_is_a_song_of_which_its_file_and_its_sender_claim_a_second(
    world: World, speech: SpeechServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.audio(anna, making.long_wav(660), name="a.wav", duration_s=1)
    await chat.see("Записи длиннее 10 минут я не слушаю.")
    assert speech.requests == []


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("seconds", [2, 40])
async def test_of_two_channels_one_is_made_so_that_nothing_is_heard_twice(
    world: World, speech: SpeechServer, seconds: int
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    speech.hear("один раз")
    await chat.voice(anna, recordings.spoken("", duration_s=seconds, channels=2), duration_s=seconds)
    await chat.see(lambda message: message.text.lower() == "🎤 один раз")
    sent = speech.requests[0]
    sound = sent.audio or base64.b64decode(sent.body["content"])
    assert recordings.read(sound).channels == 1


@pytest.mark.usefixtures("bot")
async def test_a_recording_without_a_length_is_measured_before_it_is_heard(
    world: World, speech: SpeechServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    speech.hear("из файла")
    song = making.sound(2, "mp3", "libmp3lame")
    await chat.audio(anna, song, duration_s=2, claims={"duration": 0})
    await chat.see("из файла")
    assert [request.step for request in speech.requests] == ["short"]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_without_the_scope_is_told_to_the_operators_and_to_nobody_else(
    world: World,
    model: ModelServer,
    speech: SpeechServer,
    running: Running,
    variables: dict[str, Any],
    status: int,
) -> None:
    operator, anna = world.user("Оператор"), world.user("Анна")
    own, chat = world.private(operator), world.private(anna)
    async with running(**variables, admin_users=frozenset({operator.id})):
        await own.say(operator, "/start")
        speech.fail(status, times=10)
        await chat.voice(anna, words="привет")
        told = await chat.see("Распознать речь сейчас не получается.")
        assert told.buttons == []
        await own.see("yc.ai.speechkitStt.execute")
    assert model.requests == []


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_passes_is_got_over_and_what_does_not_is_told(
    world: World, model: ModelServer, speech: SpeechServer, status: int
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    speech.fail(status)
    await chat.voice(anna, words="первая")
    await chat.see(ANSWERED)
    speech.fail(status, times=100)
    await chat.voice(anna, words="вторая")
    told = await chat.see("Распознать речь сейчас не получается.")
    assert asked(model) == "первая"
    speech.clear()
    await chat.press(anna, told, "Повторить")
    await chat.see("🎤 вторая")
    await chat.see(ANSWERED)
    assert asked(model) == "вторая"


@pytest.mark.usefixtures("bot")
async def test_a_file_that_can_not_be_fetched_or_is_too_large_is_told(
    world: World, speech: SpeechServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    voice = await chat.voice(anna, words="пропала", claims={"file_size": 20 * 2**20 + 1})
    await chat.see("Файл слишком большой")
    world.fail("download", status=500, times=100)
    voice = await chat.voice(anna, words="пропала")
    told = await chat.see("Не удалось скачать файл")
    assert voice.id
    assert speech.requests == []
    world.mend()
    await chat.press(anna, told, "Повторить")
    await chat.see("🎤 пропала")


async def test_a_voice_about_a_picture_that_is_not_looked_at_is_not_heard(
    world: World, model: ModelServer, speech: SpeechServer, running: Running, variables: dict[str, Any]
) -> None:
    """Nothing is paid for where nothing can be answered."""
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Двор", members=[anna, boris])
    async with running(**variables):
        picture = await group.photo(boris)
        await group.voice(anna, words="что тут?", caption=f"@{world.me.json['username']}", reply_to=picture)
        await group.see("Картинки я здесь не рассматриваю.")
    assert speech.requests == []
    assert model.requests == []


@pytest.mark.usefixtures("bot")
async def test_of_two_recordings_the_first_is_heard_once_though_the_second_fails(
    world: World, speech: SpeechServer
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Двор", members=[anna, boris])
    quoted = await group.voice(boris, words="вторая")
    speech.fail(503, times=4)
    await group.voice(anna, words="первая", caption=f"@{world.me.json['username']}", reply_to=quoted)
    told = await group.see("Распознать речь сейчас не получается.")
    await group.press(anna, told, "Повторить")
    await group.see(ANSWERED)
    assert len(speech.requests) == 6
    speech.hear("первая")
    speech.hear("")
    await group.voice(anna, words="первая", caption=f"@{world.me.json['username']}", reply_to=quoted)
    await group.see("Я не расслышал ни слова")
    assert len(speech.requests) == 8


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("claims", "line"),
    [({"duration": 601}, "Записи длиннее 10 минут"), ({"file_size": 20 * 2**20 + 1}, "Файл слишком большой")],
)
async def test_of_two_recordings_none_is_paid_for_where_the_second_claims_too_much(
    world: World, speech: SpeechServer, claims: dict[str, Any], line: str
) -> None:
    anna, boris = world.user("Анна"), world.user("Борис")
    group = world.group("Двор", members=[anna, boris])
    quoted = await group.voice(boris, words="вторая", claims=claims)
    await group.voice(anna, words="первая", caption=f"@{world.me.json['username']}", reply_to=quoted)
    await group.see(line)
    assert world.called("getFile") == []
    assert speech.requests == []


@pytest.mark.usefixtures("bot")
async def test_a_file_whose_size_nobody_tells_is_bounded_as_it_comes(
    world: World, speech: SpeechServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)

    def grow(call: Call) -> None:
        world.state.files[call.params["file_id"]].content += bytes(20 * 2**20)

    world.on("call:getFile:after", grow)
    await chat.voice(anna, words="много", claims={"file_size": None})
    await chat.see("Файл слишком большой")
    assert len(world.called("download")) == 1
    assert speech.requests == []


@pytest.mark.usefixtures("bot")
async def test_a_file_is_fetched_when_telegram_says_that_it_may_be(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    world.fail("getFile", retry_after_s=10)
    await chat.voice(anna, words="подождали")
    await chat.see("🎤 подождали")
    refused, served = (call.at for call in world.called("getFile"))
    assert (served - refused).total_seconds() >= 10


async def test_where_voice_is_off_nothing_is_fetched(
    world: World, model: ModelServer, running: Running, variables: dict[str, Any]
) -> None:
    async with running(**variables, voice_input=False):
        anna = world.user("Анна")
        chat = world.private(anna)
        await chat.voice(anna, words="привет")
        await chat.see("Голосовые сообщения я здесь не слушаю.")
    assert world.called("download") == []
    assert world.called("getFile") == []
    assert model.requests == []


@pytest.mark.usefixtures("bot")
async def test_stop_ends_a_hearing_that_hangs(world: World, model: ModelServer, speech: SpeechServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    speech.hang()
    await chat.voice(anna, words="привет")
    await speech.wait(received=1)
    await chat.say(anna, "/stop")
    await chat.see("Остановлено")
    assert model.requests == []


async def test_after_a_kill_it_is_heard_from_its_reference(
    world: World, model: ModelServer, speech: SpeechServer, running: Running, variables: dict[str, Any]
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    speech.hang()
    async with running(**variables):
        await chat.voice(anna, words="после обрыва")
        await speech.wait(received=1)
    async with running(**variables):
        await chat.see("🎤 после обрыва")
        await chat.see(ANSWERED)
    assert asked(model) == "после обрыва"
    assert len(heard_in(chat)) == 1


async def test_after_a_kill_while_the_model_is_asked_nothing_is_heard_twice(
    world: World, model: ModelServer, speech: SpeechServer, running: Running, variables: dict[str, Any]
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hang()
    async with running(**variables):
        await chat.voice(anna, words="один раз")
        await model.wait(received=1)
    async with running(**variables):
        await chat.see(ANSWERED)
    assert len(speech.requests) == 1
    assert len(heard_in(chat)) == 1


@pytest.mark.usefixtures("bot")
async def test_what_was_heard_is_forgotten_and_is_in_no_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.voice(anna, words="тайна-тайна")
    await chat.see(ANSWERED)
    await chat.say(anna, "/forget")
    question = await chat.see(lambda message: bool(message.buttons) and "Удалить" in str(message.buttons))
    await chat.press(anna, question, question.buttons[0]["text"])
    await asyncio.sleep(0)
    await chat.see("удалён 1 вопрос")
    await chat.say(anna, "/export")
    await chat.see("Разговора пока нет")
    assert "тайна" not in caplog.text


async def test_of_an_answer_to_a_voice_what_was_shown_when_it_was_stopped_is_remembered(
    world: World, model: ModelServer, running: Running, variables: dict[str, Any]
) -> None:
    """The message that shows what was heard stands before it, and is none of it."""
    anna = world.user("Анна")
    chat = world.private(anna)
    first, second = "Начало " + "а" * 3900, "Конец " + "б" * 3900
    model.reply(f"{first}\n\n{second}")
    world.fail("sendMessage", when=lambda given: "Конец" in given["text"], delay_s=30)
    async with running(**variables) as service:
        await chat.voice(anna, words="расскажи", duration_s=5)
        await chat.see("Начало")
        await chat.say(anna, "/stop")
        await chat.see("Остановлено")
        (turn,) = await service.store.bulk.export(Conversation(chat.id))
    assert turn.answer is not None
    assert (turn.state, turn.answer.text) == (TurnState.STOPPED, first)


@pytest.mark.usefixtures("bot")
async def test_an_edited_caption_still_asks_what_was_heard(
    world: World, model: ModelServer, speech: SpeechServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    voice = await chat.voice(anna, words="столица франции", caption="подробно")
    await chat.see("подробно")
    await chat.edit(anna, voice, "коротко")
    await chat.see("коротко")
    assert asked(model).lower() == "коротко\n\nстолица франции"
    assert len(speech.requests) == 1
