"""The request as it leaves the bot."""

from __future__ import annotations

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model_request import Image
from bot.core.values import Exchange
from bot.emulator.model import ModelServer
from bot.emulator.pictures import sample
from bot.model import FailureKind, Model, ModelFailure
from bot.model.build_request import CONTINUE_EN, CONTINUE_RU, request_body
from tests.model.conftest import FOLDER, KEY, Connect
from tests.model.servers import question

GUIDE_PROMPT = "Придумай 3 необычные идеи для стартапа в сфере путешествий."


async def test_the_guides_request(server: ModelServer, model: Model) -> None:
    """The guide's prompt and settings leave as the guide sends them; only `store` is added."""
    await model.ask(question(GUIDE_PROMPT), timeout_s=30)
    (request,) = server.requests
    assert request.body == {
        "model": f"gpt://{FOLDER}/yandexgpt-lite",
        "input": GUIDE_PROMPT,
        "temperature": 0.8,
        "max_output_tokens": 1500,
        "store": False,
    }
    assert request.headers["OpenAI-Project"] == FOLDER
    assert request.headers["Authorization"] == f"Bearer {KEY}"


async def test_headers_against_logging_and_for_support(server: ModelServer, model: Model) -> None:
    first = await model.ask(question(), timeout_s=30)
    second = await model.ask(question(), timeout_s=30)
    assert [request.headers["x-client-request-id"] for request in server.requests] == [
        first.client_request_id,
        second.client_request_id,
    ]
    assert UUID(first.client_request_id).version == 4
    assert first.client_request_id != second.client_request_id
    assert server.requests[0].headers["x-data-logging-enabled"] == "false"
    assert first.provider_request_id
    assert first.server_trace_id


async def test_the_operator_may_allow_logging(server: ModelServer, connect: Connect) -> None:
    await connect(server.url, log_requests=True).ask(question(), timeout_s=30)
    assert "x-data-logging-enabled" not in server.requests[0].headers


async def test_the_environment_changes_nothing(
    server: ModelServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proxies and openai's own variables of the environment are not the bot's."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-someone")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-someone")
    await connect(server.url).ask(question(), timeout_s=30)
    headers = server.requests[0].headers
    assert "OpenAI-Organization" not in headers
    assert headers["OpenAI-Project"] == FOLDER
    assert headers["Authorization"] == f"Bearer {KEY}"


async def test_a_whole_conversation(server: ModelServer, model: Model) -> None:
    """Earlier turns go as the documented items, instructions beside them; the strict service takes it."""
    request = question(
        "А зимой?", instructions="Отвечай кратко.", history=[Exchange("Куда поехать?", "В Казань.")]
    )
    reply = await model.ask(request, timeout_s=30)
    body = server.requests[0].body
    assert body["instructions"] == "Отвечай кратко."
    assert body["input"] == [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Куда поехать?"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "В Казань."}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "А зимой?"}]},
    ]
    assert "Куда поехать?" in reply.answer.text


async def test_a_search(server: ModelServer, model: Model) -> None:
    """The tool and a bound, and nothing that the provider does not document; what it finds comes back."""
    reply = await model.ask(question("search", search=True), timeout_s=30)
    plain = await model.ask(question("search"), timeout_s=30)
    searched, without = (request.body for request in server.requests)
    assert searched == {**without, "tools": [{"type": "web_search"}], "max_tool_calls": 3}
    assert reply.answer.sources == (
        "https://www.example.com",
        "https://example.org/pogoda",
        "http://example.net/a?b=1",
    )
    assert (reply.answer.usage.searches, plain.answer.usage.searches) == (1, 0)
    assert plain.answer.sources == ()


async def test_pictures(server: ModelServer, model: Model) -> None:
    """Beside the question, within the request, whatever stands before it; the model sees each."""
    pictures = (Image("image/jpeg", sample(64, 48)), Image("image/png", sample(9, 5, "PNG")))
    request = question(
        "Что это?", model="qwen3.6-35b-a3b", images=pictures, history=[Exchange("Привет", "Привет!")]
    )
    answer = (await model.ask(request, timeout_s=30)).answer
    last = server.requests[0].body["input"][-1]
    assert last["role"] == "user"
    assert [part["type"] for part in last["content"]] == ["input_text", "input_image", "input_image"]
    assert last["content"][1] == {
        "type": "input_image",
        "detail": "auto",
        "image_url": "data:image/jpeg;base64," + base64.b64encode(pictures[0].data).decode(),
    }
    assert "JPEG 64×48, PNG 9×5" in answer.text


async def test_a_model_without_eyes(model: Model) -> None:
    with pytest.raises(ModelFailure) as caught:
        await model.ask(question(images=(Image("image/png", sample(9, 5, "PNG")),)), timeout_s=30)
    assert caught.value.kind is FailureKind.BAD_REQUEST


async def test_a_picture_that_is_not_taken(model: Model) -> None:
    """By the error's code; it is not the operator's fault."""
    request = question(model="qwen3.6-35b-a3b", images=(Image("image/jpeg", b"no picture"),))
    with pytest.raises(ModelFailure) as caught:
        await model.ask(request, timeout_s=30)
    assert (caught.value.kind, caught.value.http_status) == (FailureKind.BAD_IMAGE, 400)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "image_too_large", FailureKind.BAD_IMAGE),
        (413, "image_file_too_large", FailureKind.BAD_IMAGE),
        (415, "unsupported_image_media_type", FailureKind.BAD_IMAGE),
        (413, "request_too_large", FailureKind.TOO_LONG),
        (400, "invalid_prompt", FailureKind.BAD_REQUEST),
        (500, "image_too_large", FailureKind.SERVER_ERROR),
    ],
)
async def test_what_is_wrong_with_a_picture(
    server: ModelServer, model: Model, status: int, code: str, kind: FailureKind
) -> None:
    server.fail(status, body={"error": {"code": code, "message": "no"}})
    with pytest.raises(ModelFailure) as caught:
        await model.ask(question(), timeout_s=30)
    assert caught.value.kind is kind


def test_a_pictures_repr_holds_no_data() -> None:
    assert "secret" not in repr(Image("image/png", b"secret"))


@pytest.mark.parametrize(
    ("asked", "wish"), [("Расскажи", CONTINUE_RU), ("Tell me", CONTINUE_EN)], ids=["russian", "english"]
)
def test_an_answer_to_be_continued(asked: str, wish: str) -> None:
    """The unfinished text stands as the model's own, then the wish to go on, in the talk's language."""
    items = request_body(question(asked, unfinished_answer="1. A"), FOLDER)["input"]
    assert [(item["role"], item["content"][0]["text"]) for item in items] == [
        ("user", asked),
        ("assistant", "1. A"),
        ("user", wish),
    ]


async def test_a_cut_answer_is_carried_on(server: ModelServer, model: Model) -> None:
    start = (await model.ask(question("cut"), timeout_s=30)).answer
    rest = (await model.ask(question("cut", unfinished_answer=start.text), timeout_s=30)).answer
    assert len(server.requests) == 2
    assert (start.text + rest.text).count("## Step 1\n") == 1


def test_a_model_uri_is_taken_as_it_is() -> None:
    assert request_body(question(model="gpt://other/m/rc"), FOLDER)["model"] == "gpt://other/m/rc"


@given(st.text(st.characters(), max_size=50), st.text(st.characters(), max_size=50))
def test_any_text_can_be_sent(text: str, instructions: str) -> None:
    """Lone surrogates, which a JSON update may carry, do not break the request."""
    body = request_body(question(text, instructions=instructions), FOLDER)
    assert body["input"].encode("utf-8").decode("utf-8") == body["input"]
    assert ("instructions" in body) == bool(instructions)


def test_text_that_can_be_sent_is_sent_unchanged() -> None:
    text = "Ёж 🦔 и \u202eобратно\n\t\x00"
    assert request_body(question(text), FOLDER)["input"] == text
