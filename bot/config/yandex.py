"""Variables of the way to Yandex Cloud."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from bot.config.kinds import ProxyUrl, WebUrl, matching, variable


class YandexSettings(BaseSettings):
    yandex_cloud_folder: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = variable(
        ..., takes="a folder id", example="b1gexamplefolder0000", about="id of the Yandex Cloud folder"
    )
    yandex_cloud_api_key: Annotated[SecretStr, matching(r"[\x21-\x7e]{8,4096}")] = variable(
        ...,
        takes="an API key of a service account",
        example="AQVNexample0000000000000000000000000000",
        about="API key of the service account",
    )
    # Not \w: of all the alphabets in the world the expression takes a tenth of a second to compile.
    yandex_cloud_model: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:/@-]{1,200}$")] = variable(
        "yandexgpt-lite",
        takes="a model's name, or a whole URI",
        example="yandexgpt-lite",
        about="becomes gpt://<folder>/<model>; used as it is if it contains ://",
    )
    yandex_cloud_base_url: WebUrl = variable(
        "https://ai.api.cloud.yandex.net/v1",
        takes="an http or https URL",
        example="https://ai.api.cloud.yandex.net/v1",
        about="root of the Responses API",
    )
    yandex_cloud_proxy_url: ProxyUrl | None = variable(
        None,
        takes="an http, https, socks5 or socks5h URL, user and password percent-encoded (for SOCKS in ASCII)",
        example="http://proxy.example:3128",
        about="proxy for the model only",
    )
    yandex_cloud_vision_model: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:/@-]{1,200}$")] | None = variable(
        None,
        takes="a model's name, or a whole URI",
        example="qwen3.6-35b-a3b",
        about="model for questions with pictures; none: pictures are declined",
    )
    voice_input: bool = variable(
        True,
        takes="true or false",
        example="true",
        about="whether voice messages, video notes and audio are heard",
    )
    yandex_speechkit_api_key: Annotated[SecretStr, matching(r"[\x21-\x7e]{8,4096}")] | None = variable(
        None,
        takes="an API key with the scope yc.ai.speechkitStt.execute",
        example="AQVNexample0000000000000000000000000000",
        about="API key for speech, where it is not that of the model",
    )
    yandex_speechkit_url: WebUrl = variable(
        "https://stt.api.cloud.yandex.net",
        takes="an http or https URL",
        example="https://stt.api.cloud.yandex.net",
        about="root of speech recognition",
    )
    yandex_operations_url: WebUrl = variable(
        "https://operation.api.cloud.yandex.net",
        takes="an http or https URL",
        example="https://operation.api.cloud.yandex.net",
        about="root of the operations of long recordings",
    )
    yandex_cloud_log_requests: bool = variable(
        False, takes="true or false", example="false", about="whether the provider may log prompts"
    )
