"""A mirror of one small model over local HTTP, and the command line with a catalogue that names it.

Run as a program with the model's address, hash and size, it is `threadfast` with that catalogue.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from agents.models.embedded.catalogue import MODELS, SMALL
from bot.__main__ import main

DATA = bytes(range(256)) * 8000
PIECE = len(DATA) // 20


class Mirror:
    """Serves the file with ranges; it can be told to hold or to cut the connection at a byte."""

    def __init__(self) -> None:
        self.data = DATA
        self.ranges: list[str | None] = []
        self.cut_at: int | None = None
        self.go_on = threading.Event()
        self.go_on.set()
        self.url = "http://127.0.0.1:1/model.gguf"
        """Where nobody answers, until it serves."""

    @contextmanager
    def serving(self) -> Iterator[None]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/model.gguf"
        try:
            yield
        finally:
            self.go_on.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def command(self, *arguments: str) -> list[str]:
        model = json.dumps({"hub": self.url, "sha256": hashlib.sha256(DATA).hexdigest(), "size": len(DATA)})
        return [sys.executable, "-m", "tests.integration.models.mirror", model, "model", *arguments]

    def environment(self, cache: Path) -> dict[str, str]:
        # No package index: pip looks in an empty folder only.
        index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(cache)}
        return {**os.environ, **index, "THREADFAST_CACHE_FOLDER": str(cache), "NO_PROXY": "127.0.0.1"}

    def run(self, cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment(cache),
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )


def handler_of(mirror: Mirror) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            mirror.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(mirror.data) - start))
            self.end_headers()
            end = len(mirror.data) if mirror.cut_at is None else mirror.cut_at
            for at in range(start, end, PIECE):
                if at >= len(mirror.data) // 2:
                    mirror.go_on.wait()
                self.wfile.write(mirror.data[at : min(end, at + PIECE)])
                self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parameter of http.server
            """Say nothing."""

    return Handler


if __name__ == "__main__":
    # The one catalogue that all of the program looks into.
    MODELS[SMALL.name] = replace(SMALL, file="tiny.gguf", **json.loads(sys.argv.pop(1)))
    main()
