from __future__ import annotations

import struct
import zlib

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.rendering.pictures import SIDE_PIXELS, picture_of


def read(png: bytes) -> tuple[dict[bytes, bytes], list[bytes]]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size]) == (zlib.crc32(kind + data),)
        chunks[kind], at = data, at + 12 + size
    raw = zlib.decompress(chunks[b"IDAT"])
    lines = [raw[start : start + SIDE_PIXELS + 1] for start in range(0, len(raw), SIDE_PIXELS + 1)]
    assert all(line[:1] == b"\0" for line in lines)
    return chunks, [line[1:] for line in lines]


@given(st.text())
def test_a_picture_is_a_symmetric_png_that_is_never_empty(agent: str) -> None:
    chunks, rows = read(picture_of(agent))

    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (SIDE_PIXELS, SIDE_PIXELS, 8, 3, 0, 0, 0)
    assert len(rows) == SIDE_PIXELS
    assert all(row == row[::-1] for row in rows)
    assert any(1 in row for row in rows)


def test_the_same_name_has_the_same_picture_and_other_names_have_others() -> None:
    names = [f"agent {number}" for number in range(200)]

    assert [picture_of(name) for name in names] == [picture_of(name) for name in names]
    assert len({picture_of(name) for name in names}) == len(names)
