"""Keeps the library from repeating by itself what must not be, or need not be.

It repeats a request after 500, 502 and 504, and on some systems after a broken connection. Discord may have done what
it was asked by then, and knows no key that would make a webhook's repeated message one. So for the requests that make
a message the answer is turned into an error of ours before the library sees it: repeating is then for whoever can look.
So is the one for a change of a message that is too old to be changed so often: it looks like a limit that passes.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from types import SimpleNamespace

import aiohttp
from discord.http import Route

from adapters.discord.web.refusals import TOO_OLD_TO_EDIT, FailedRequestError

_CHANGES_A_MESSAGE = re.compile(r"/messages/(\d+|@original)/?$")
_MAKES_A_MESSAGE = re.compile(r"/(channels/\d+/messages|webhooks/\d+/[^/]+)/?")
"""How the path of a request ends that makes a message, ours or a webhook's or an interaction's."""


def no_repetition() -> aiohttp.TraceConfig:
    """Return what is given to the library's client as `http_trace`."""
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(_answered)
    trace.on_request_exception.append(_broken)
    return trace


def makes_a_message(method: str, path: str) -> bool:
    """Whether doing this twice shows two messages. Pure."""
    found = _MAKES_A_MESSAGE.search(path)
    return method == "POST" and found is not None and found.end() == len(path)


async def _answered(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
) -> None:
    if params.response.status >= 500 and makes_a_message(params.method, params.url.path):
        params.response.close()
        raise FailedRequestError(params.response.status)
    if _is_no_answer(params):
        params.response.close()
        raise FailedRequestError(HTTPStatus.BAD_GATEWAY)
    if params.response.status == HTTPStatus.TOO_MANY_REQUESTS and _changes_a_message(params):
        code = _code(await params.response.read())
        if code == TOO_OLD_TO_EDIT:
            raise FailedRequestError(params.response.status, code)


def _is_no_answer(params: aiohttp.TraceRequestEndParams) -> bool:
    """Whether something on the way answered in the API's stead: a login page, a proxy. The library would take it."""
    answer = params.response
    is_api = str(params.url).startswith(Route.BASE)
    return is_api and answer.status == HTTPStatus.OK and answer.content_type != "application/json"


def _changes_a_message(params: aiohttp.TraceRequestEndParams) -> bool:
    return params.method == "PATCH" and _CHANGES_A_MESSAGE.search(params.url.path) is not None


def _code(body: bytes) -> int:
    try:
        return int(json.loads(body).get("code", 0))
    except (ValueError, TypeError, AttributeError):
        return 0


async def _broken(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
) -> None:
    if isinstance(params.exception, ConnectionResetError) and makes_a_message(params.method, params.url.path):
        # Without its number the library does not recognise it as one to repeat.
        raise ConnectionError("The connection broke; the message may be shown") from params.exception
