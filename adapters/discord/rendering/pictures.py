"""Pictures of agents, drawn from their names: the same name, the same picture. Pure.

A picture is a symmetric pattern of five by five fields in one colour on a light ground, as PNG bytes by the PNG
specification (https://www.w3.org/TR/png-3/): a palette of two colours, one byte a pixel.
"""

from __future__ import annotations

import colorsys
import hashlib
import struct
import zlib

FIELDS = 5
FIELD_PIXELS = 24
MARGIN_PIXELS = 4
SIDE_PIXELS = FIELDS * FIELD_PIXELS + 2 * MARGIN_PIXELS
"""128, as large as Discord keeps an emoji."""
_GROUND = (240, 240, 240)


def digest_of(agent: str) -> bytes:
    """Return the 32 bytes that an agent's picture, and the name it is kept under, are made of."""
    return hashlib.sha256(agent.encode("utf-8", "surrogatepass")).digest()


def picture_of(agent: str) -> bytes:
    """Return an agent's picture as a PNG."""
    digest = digest_of(agent)
    fields = _fields(digest)
    lines = (_field(pixel) for pixel in range(SIDE_PIXELS))
    rows = [_row(None if number is None else fields[number]) for number in lines]
    header = struct.pack(">IIBBBBB", SIDE_PIXELS, SIDE_PIXELS, 8, 3, 0, 0, 0)
    palette = bytes([*_GROUND, *_colour(digest)])
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _fields(digest: bytes) -> list[list[bool]]:
    """Return which fields are coloured: the left half by the digest's bits, the right half as its mirror."""
    half = FIELDS // 2 + 1
    bits = [bool(digest[number // 8] >> number % 8 & 1) for number in range(FIELDS * half)]
    # The middle one is always there, so that no picture is empty.
    bits[FIELDS // 2 * half + half - 1] = True
    rows = [bits[number * half : (number + 1) * half] for number in range(FIELDS)]
    return [[*row, *reversed(row[:-1])] for row in rows]


def _colour(digest: bytes) -> tuple[int, int, int]:
    """Return a colour of middle lightness, whatever its hue."""
    hue = int.from_bytes(digest[-2:], "big") / 0x10000
    red, green, blue = colorsys.hls_to_rgb(hue, 0.42, 0.55)
    return round(red * 255), round(green * 255), round(blue * 255)


def _field(pixel: int) -> int | None:
    """Return the number of the field that a row or column of pixels lies in; None: the margin."""
    inside = pixel - MARGIN_PIXELS
    return inside // FIELD_PIXELS if 0 <= inside < FIELDS * FIELD_PIXELS else None


def _row(fields: list[bool] | None) -> bytes:
    if fields is None:
        return bytes(SIDE_PIXELS)
    margin = bytes(MARGIN_PIXELS)
    return margin + b"".join(bytes([field]) * FIELD_PIXELS for field in fields) + margin


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
