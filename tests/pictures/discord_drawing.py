"""A Discord thread as a drawing (SVG): names with pictures, words, code and buttons, roughly as Discord shows them."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.pictures.discord_lines import SIZES, Line, Piece, lines, measured

WIDTH, LEFT, RIGHT = 820, 76, 24
LINE = 21.0
"""Pixels from one line to the next."""
_ROOM = WIDTH - LEFT - RIGHT
_FONT = "'gg sans','Noto Sans','Helvetica Neue',Helvetica,Arial,sans-serif"
_CODE_FONT = "Consolas,'DejaVu Sans Mono',Menlo,monospace"
_BUTTONS = {1: "#5865f2", 2: "#4e5058", 3: "#248046", 4: "#da373c"}
_STYLE = (
    f"text{{font-family:{_FONT};font-size:15px;fill:#dbdee1;white-space:pre}}"
    ".name{font-weight:600;fill:#f2f3f5}.app{font-size:10.5px;font-weight:600;fill:#fff}"
    ".small{font-size:12.5px;fill:#949ba4}.bold{font-weight:700;fill:#f2f3f5}.mention{fill:#c9cdfb}"
    f".code{{font-family:{_CODE_FONT};font-size:13px}}.inline{{font-family:{_CODE_FONT};font-size:13px;fill:#e3e5e8}}"
    ".button{font-size:14px;font-weight:500;fill:#fff;text-anchor:middle}"
    ".title{font-weight:600;fill:#f2f3f5}.between{font-size:12.5px;fill:#949ba4;text-anchor:middle}"
    ".face{font-size:18px;fill:#fff;text-anchor:middle}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it is drawn."""

    key: str
    name: str
    """Nothing: it is a line about what happened between the messages before and after it."""
    content: str
    app: bool = False
    picture: bytes = b""
    """A PNG; nothing: the name's first letter."""
    rows: tuple[tuple[tuple[str, int], ...], ...] = ()
    """Of buttons: label, and Discord's number of the style."""


def drawing(title: str, messages: Iterable[Message]) -> str:
    """Return a thread as SVG."""
    drawn, y = [], 62.0
    for message in messages:
        shapes, y = _message(message, y) if message.name else _between(message.content, y)
        drawn += shapes
    height = round(y + 8)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
        f"<style>{_STYLE}</style>"
        '<defs><clipPath id="face" clipPathUnits="objectBoundingBox"><circle cx=".5" cy=".5" r=".5"/></clipPath></defs>'
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#313338"/>'
        f'<path d="M0 44H{WIDTH}" stroke="#232428"/>{_text(20, 28, title, "title")}'
    )
    return "\n".join([head, *drawn, "</svg>"]) + "\n"


def _message(message: Message, y: float) -> tuple[list[str], float]:
    shapes = [_face(message, y), _text(LEFT, y + 14, message.name, "name")]
    if message.app:
        x = LEFT + measured(message.name, "text") * 1.1 + 6
        shapes += [f'<rect x="{x:.0f}" y="{y + 2:.0f}" width="30" height="15" rx="3" fill="#5865f2"/>']
        shapes += [_text(x + 4, y + 13.5, "APP", "app")]
    body, y = _body(lines(message.content, _ROOM), y + 22)
    shapes += body
    for row in message.rows:
        shapes += _row(row, y + 4)
        y += 42
    return shapes, y + 16


def _face(message: Message, y: float) -> str:
    if message.picture:
        data = base64.b64encode(message.picture).decode()
        place = f'x="20" y="{y:.0f}" width="40" height="40" clip-path="url(#face)"'
        return f'<image {place} href="data:image/png;base64,{data}"/>'
    colour = "#5865f2" if message.app else "#3ba55d"
    circle = f'<circle cx="40" cy="{y + 20:.0f}" r="20" fill="{colour}"/>'
    return circle + _text(40, y + 26.5, message.name[:1], "face")


def _between(text: str, y: float) -> tuple[list[str], float]:
    middle, half = WIDTH / 2, measured(text, "small") / 2 + 14
    line = f'<path d="M20 {y + 8:.0f}H{middle - half:.0f}M{middle + half:.0f} {y + 8:.0f}H{WIDTH - 20}"'
    return [f'{line} stroke="#4e5058"/>', _text(middle, y + 12.5, text, "between")], y + 34


def _body(shown: Sequence[Line], y: float) -> tuple[list[str], float]:
    shapes: list[str] = []
    for at, line in enumerate(shown):
        if line.block == "code" and (at == 0 or shown[at - 1].block != "code"):
            count = next((n for n, one in enumerate(shown[at:]) if one.block != "code"), len(shown) - at)
            shapes.append(_frame(y + 3, count * LINE + 12))
            y += 9
        if line.block == "quote":
            shapes.append(f'<rect x="{LEFT}" y="{y:.0f}" width="4" height="{LINE:.0f}" rx="2" fill="#4e5058"/>')
        inset = {"code": 12, "quote": 14}.get(line.block, 0)
        shapes.append(_line(line, LEFT + inset, y + 15))
        y += LINE
        if line.block == "code" and (at + 1 == len(shown) or shown[at + 1].block != "code"):
            y += 9
    return shapes, y


def _frame(y: float, height: float) -> str:
    place = f'x="{LEFT}" y="{y:.0f}" width="{_ROOM}" height="{height:.0f}"'
    return f'<rect {place} rx="4" fill="#2b2d31" stroke="#1e1f22"/>'


def _line(line: Line, x: float, y: float) -> str:
    kind = {"small": "small", "code": "code"}.get(line.block, "")
    return f'<text x="{x:.0f}" y="{y:.1f}" class="{kind}">{"".join(map(_piece, line.pieces))}</text>'


def _piece(piece: Piece) -> str:
    said = html.escape(piece.text, quote=False)
    style = {"code": "inline"}.get(piece.style, piece.style)
    return f'<tspan class="{style}">{said}</tspan>' if style else said


def _row(row: Sequence[tuple[str, int]], y: float) -> list[str]:
    shapes: list[str] = []
    x = float(LEFT)
    for label, style in row:
        width = measured(label, "text") * 14 / SIZES["text"] + 32
        place = f'x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="32"'
        shapes.append(f'<rect {place} rx="4" fill="{_BUTTONS.get(style, _BUTTONS[2])}"/>')
        shapes.append(_text(x + width / 2, y + 21, label, "button"))
        x += width + 8
    return shapes


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.1f}" class="{kind}">{html.escape(text, quote=False)}</text>'
