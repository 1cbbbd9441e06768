"""Driving a server of another process: `POST /_ctl` does what a test would do, the `GET`s tell what is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import aiohttp
from aiohttp import web

Json = dict[str, Any]
W = TypeVar("W")


async def do(
    request: web.Request, verbs: Mapping[str, Callable[[W], Awaitable[Json]]], wanted: Callable[[Json], W]
) -> web.Response:
    """Do what `do` names, with the rest of the request as its arguments; what cannot be done is said."""
    args = await request.json()
    verb = args.pop("do", None)
    if verb not in verbs:
        return web.json_response({"error": f"{verb!r} is unknown; there are {', '.join(verbs)}"}, status=400)
    try:
        return web.json_response(await verbs[verb](wanted(args)))
    except (AssertionError, LookupError, ValueError, TypeError, StopIteration) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


class Control:
    """A test's side of the control endpoints."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def do(self, verb: str, **args: Any) -> Json:
        """Do something.

        Raises:
            AssertionError: The server could not; says why.
        """
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{self.url}/_ctl", json={"do": verb} | args) as response:
                answer: Json = await response.json()
        assert response.status == 200, answer["error"]
        return answer

    async def get(self, what: str, **query: str) -> Json:
        """Return what one of the `GET`s tells, such as `info` or `log`."""
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{self.url}/_{what}", params=query) as response:
                answer: Json = await response.json()
                return answer
