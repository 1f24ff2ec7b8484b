"""Variables of the way to Yandex Cloud."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, InstanceOf, SecretStr, model_validator
from pydantic_settings import BaseSettings

from bot.config.kinds import ProxyUrl, WebUrl, matching, proxy_url, switch, variable, web_url
from bot.identity import AuthorizedKey, read_key


def _identity(value: object) -> object:
    """`metadata`, or what is in the file of that name. Raises BadKeyFile."""
    return read_key(Path(value)) if isinstance(value, str) and value != "metadata" else value


Identity = Annotated[Literal["metadata"] | InstanceOf[AuthorizedKey], BeforeValidator(_identity)]


class YandexSettings(BaseSettings):
    yandex_cloud_folder: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = variable(
        ..., takes="a folder id", example="b1gexamplefolder0000", about="id of the Yandex Cloud folder"
    )
    yandex_cloud_iam: Identity | None = variable(
        None,
        takes="metadata, or the path of an authorized key's JSON file",
        example="metadata",
        about="instead of a key: metadata (on the provider's machines), or an authorized key's JSON file",
    )
    yandex_cloud_api_key: Annotated[SecretStr, matching(r"[\x21-\x7e]{8,4096}")] | None = variable(
        ...,
        takes="an API key of a service account",
        example="AQVNexample0000000000000000000000000000",
        about="API key of the service account; not needed with YANDEX_CLOUD_IAM",
    )
    # Not \w: of all the alphabets in the world the expression takes a tenth of a second to compile.
    yandex_cloud_model: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:/@-]{1,200}$")] = variable(
        "yandexgpt-lite",
        takes="a model's name, or a whole URI",
        about="becomes gpt://<folder>/<model>; used as it is if it contains ://",
    )
    yandex_cloud_base_url: WebUrl = web_url(
        "https://ai.api.cloud.yandex.net/v1", about="root of the Responses API"
    )
    yandex_cloud_proxy_url: ProxyUrl | None = proxy_url(
        about="proxy for the model only", example="http://proxy.example:3128"
    )
    yandex_cloud_vision_model: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:/@-]{1,200}$")] | None = variable(
        None,
        takes="a model's name, or a whole URI",
        example="qwen3.6-35b-a3b",
        about="model for questions with pictures; none: pictures are declined",
    )
    voice_input: bool = switch(True, about="whether voice messages, video notes and audio are heard")
    yandex_speechkit_api_key: Annotated[SecretStr, matching(r"[\x21-\x7e]{8,4096}")] | None = variable(
        None,
        takes="an API key with the scope yc.ai.speechkitStt.execute",
        example="AQVNexample0000000000000000000000000000",
        about="API key for speech, where it is not that of the model",
    )
    yandex_speechkit_url: WebUrl = web_url(
        "https://stt.api.cloud.yandex.net", about="root of speech recognition"
    )
    yandex_operations_url: WebUrl = web_url(
        "https://operation.api.cloud.yandex.net", about="root of the operations of long recordings"
    )
    yandex_cloud_metadata_url: WebUrl = web_url(
        "http://169.254.169.254", about="root of the metadata service"
    )
    yandex_cloud_iam_url: WebUrl = web_url(
        "https://iam.api.cloud.yandex.net",
        about="root of the service that gives tokens for an authorized key",
    )
    yandex_cloud_log_requests: bool = switch(False, about="whether the provider may log prompts")

    @model_validator(mode="before")
    @classmethod
    def _iam_needs_no_key(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = values.get("yandex_cloud_iam") and not values.get("yandex_cloud_api_key")
        return values | {"yandex_cloud_api_key": None} if given else values
