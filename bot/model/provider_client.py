"""Sends requests to the provider: the openai client on a connection of its own, for one call at a time.

Importing this module imports openai (half a second), so it happens in a pool thread, on first use.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from ssl import SSLContext
from typing import Any, TypeVar

import httpx2
import openai

from bot.core.clock import Clock
from bot.core.keys import NoKey, can_be_sent
from bot.core.model_request import ModelRequest, Progress
from bot.core.quiet import quiet_loggers
from bot.model.abort_handle import AbortHandle
from bot.model.abortable_transport import (
    MAX_REPLY_BYTES,
    AbortableTransport,
    Aborted,
    ReplyTooLong,
    is_stream,
)
from bot.model.addresses import Addresses
from bot.model.build_request import request_body
from bot.model.config import ModelConfig
from bot.model.errors import error_of, is_bad_image, is_too_long, kind_of_status, retry_after_s
from bot.model.live_text import LiveText
from bot.model.model_list import text_models
from bot.model.parse_response import answer_of, read_json
from bot.model.parse_stream import final_response
from bot.model.results import FailureKind, ModelFailure, ModelReply

_DETAIL_LIMIT = 500
_ID_LIMIT = 100

Result = TypeVar("Result")


class ProviderClient:
    """Makes blocking calls, each of which returns its result or its failure.

    A failure is returned, not raised: so it leaves the thread with no frames, and no exception of the SDK
    (which holds the request's headers) hanging on it.
    """

    def __init__(self, config: ModelConfig, tls: SSLContext, addresses: Addresses, clock: Clock) -> None:
        quiet_loggers()  # again: importing openai may have set a level of its own (OPENAI_LOG)
        self._config = config
        self._clock = clock
        self._key = ""
        self._transport = AbortableTransport(tls, config.proxy_url, addresses)
        self._http = httpx2.Client(transport=self._transport, trust_env=False)
        headers = {} if config.log_requests else {"x-data-logging-enabled": "false"}
        self._client = openai.OpenAI(
            api_key=lambda: self._key,
            base_url=config.base_url,
            project=config.folder,
            max_retries=0,
            default_headers={
                **headers,
                "Accept-Encoding": "identity",
            },  # the bound on a reply is on what is sent
            http_client=self._http,
        )
        self._client.organization = None  # else OPENAI_ORG_ID of the environment would be sent

    def ask(
        self,
        handle: AbortHandle,
        request: ModelRequest,
        *,
        request_id: str,
        timeout_s: float,
        started_s: float,
        progress: Progress,
        live: LiveText | None = None,
    ) -> ModelReply | ModelFailure:
        """`progress` is kept up; `live` is told how the answer grows, where the request is for a stream."""

        def send() -> httpx2.Response:
            body: dict[str, Any] = request_body(request, self._config.folder)
            # A list would be held against dozens of types: that took most of the call's processor time.
            as_it_is = {name: body.pop(name) for name in list(body) if isinstance(body[name], list)}
            return self._client.responses.with_raw_response.create(
                **body,
                extra_body=as_it_is,
                extra_headers={"x-client-request-id": request_id},
                timeout=httpx2.Timeout(timeout_s, connect=self._config.connect_timeout_s),
            ).http_response

        def read(response: httpx2.Response) -> ModelReply:
            if live is not None and is_stream(response):
                body = final_response(response, live, handle, MAX_REPLY_BYTES)
            else:  # a server may know nothing of streams and answer as ever
                body = read_json(response.read())
            answer = answer_of(body, request.generation.model)
            provider_id, trace_id = _ids(response)
            return ModelReply(answer, request_id, provider_id, trace_id, self._clock.monotonic() - started_s)

        return self._call(handle, send, read, request_id, progress)

    def models(self, handle: AbortHandle, *, request_id: str, timeout_s: float) -> list[str] | ModelFailure:
        def send() -> httpx2.Response:
            return self._client.models.with_raw_response.list(
                extra_headers={"x-client-request-id": request_id},
                timeout=httpx2.Timeout(timeout_s, connect=self._config.connect_timeout_s),
            ).http_response

        def read(response: httpx2.Response) -> list[str]:
            return text_models(read_json(response.content), self._config.folder)

        return self._call(handle, send, read, request_id, Progress())

    def warm(self) -> None:
        """Has the key at hand, should it have to be fetched."""
        with suppress(NoKey):
            self._config.api_key()

    def close(self) -> None:
        self._http.close()

    def _call(
        self,
        handle: AbortHandle,
        send: Callable[[], httpx2.Response],
        read: Callable[[httpx2.Response], Result],
        request_id: str,
        progress: Progress,
    ) -> Result | ModelFailure:
        try:
            outcome = self._attempt(handle, send, read, request_id, progress)
            status = outcome.http_status if isinstance(outcome, ModelFailure) else None
            # A token may have been revoked, or outlived while the machine slept. A 401 costs nothing.
            if status == httpx2.codes.UNAUTHORIZED and self._config.key_refused(self._key):
                outcome = self._attempt(handle, send, read, request_id, progress)
            return outcome
        finally:
            handle.end()

    def _attempt(
        self,
        handle: AbortHandle,
        send: Callable[[], httpx2.Response],
        read: Callable[[httpx2.Response], Result],
        request_id: str,
        progress: Progress,
    ) -> Result | ModelFailure:
        response: httpx2.Response | None = None
        self._transport.under_way = handle, progress
        progress.may_cost = False
        try:
            self._take_key()
            response = send()
            return read(response)
        except openai.APIStatusError as error:
            response = error.response
            failure = _status_failure(response, retry_after_s(response.headers, self._clock.now()))
        except openai.APIConnectionError as error:
            failure = _connection_failure(error.__cause__)
        except httpx2.HTTPError as error:  # while a stream is read, which the SDK has no part in
            failure = _connection_failure(error)
        except Aborted:
            failure = ModelFailure(FailureKind.UNAVAILABLE, detail="aborted before it was sent")
        except ReplyTooLong:
            failure = ModelFailure(FailureKind.BROKEN_REPLY, detail="the reply is longer than any answer")
        except ModelFailure as error:
            failure = error
        finally:
            self._transport.under_way = None
            if response is not None:
                response.close()
        return self._told(failure, response, request_id)

    def _take_key(self) -> None:
        """Raises ModelFailure where there is none to be had."""
        self._key = ""
        try:
            self._key = self._config.api_key()
        except NoKey as error:
            kind = FailureKind.UNAVAILABLE if error.temporary else FailureKind.UNAUTHORIZED
            raise ModelFailure(kind, detail=error.detail) from None
        if not can_be_sent(self._key):
            raise ModelFailure(
                FailureKind.UNAUTHORIZED, detail="the API key is empty or has characters that no key has"
            )

    def _told(self, failure: ModelFailure, response: httpx2.Response | None, request_id: str) -> ModelFailure:
        """A fresh failure with what the log needs: the ids, the detail redacted and bounded."""
        names = ("x-request-id", "x-server-trace-id")
        ids = zip(names, _ids(response) if response is not None else ("", ""), strict=True)
        return ModelFailure(
            failure.kind,
            http_status=failure.http_status,
            retry_after_s=failure.retry_after_s,
            request_id=request_id,
            provider_ids=" ".join(f"{name}={value}" for name, value in ids if value),
            detail=self._config.redacted(failure.detail, self._key)[:_DETAIL_LIMIT],
            usage=failure.usage,
        )


def _ids(response: httpx2.Response) -> tuple[str, str]:
    headers = response.headers
    return headers.get("x-request-id", "")[:_ID_LIMIT], headers.get("x-server-trace-id", "")[:_ID_LIMIT]


def _status_failure(response: httpx2.Response, wait_s: float | None) -> ModelFailure:
    kind = kind_of_status(response.status_code)
    try:
        code, message = error_of(read_json(response.content))
    except ModelFailure:  # HTML of a proxy, or nothing at all
        code, message = "", ""
    if response.status_code == 400 and is_too_long(code, message):
        kind = FailureKind.TOO_LONG
    if kind in {FailureKind.BAD_REQUEST, FailureKind.TOO_LONG} and is_bad_image(code):
        kind = FailureKind.BAD_IMAGE
    detail = f"{code} {message}".strip() or response.content.decode(errors="replace")
    return ModelFailure(kind, http_status=response.status_code, retry_after_s=wait_s, detail=detail)


def _connection_failure(cause: BaseException | None) -> ModelFailure:
    """A time-out while connecting is no TIMEOUT: nothing was sent, so nothing can be billed."""
    kind = FailureKind.UNAVAILABLE
    if isinstance(cause, httpx2.TimeoutException) and not isinstance(cause, httpx2.ConnectTimeout):
        kind = FailureKind.TIMEOUT
    elif isinstance(cause, httpx2.DecodingError | httpx2.SSEError):
        kind = FailureKind.BROKEN_REPLY
    return ModelFailure(kind, detail=f"{type(cause).__name__}: {cause}")
