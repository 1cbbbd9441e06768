"""The README's table of settings, made from the settings. `python -m tests.readme` writes it."""

from __future__ import annotations

from pathlib import Path

from bot.config import settings_rows

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- settings -->\n", "\n<!-- /settings -->"


def settings_table() -> str:
    """Return the table as the README shows it."""
    lines = ["| Setting | Default | Meaning |", "| --- | --- | --- |"]
    for names, default, meaning in settings_rows():
        variables = ", ".join(f"`{name}`" for name in names.split(", "))
        shown = f"`{default}`" if default and " " not in default else default
        lines.append(" ".join(f"| {variables} | {shown} | {meaning} |".split()))
    return "\n".join(lines)


def with_settings(readme: str) -> str:
    """Return the README's text with the table as it is now between its marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{settings_table()}{END}{after}"


if __name__ == "__main__":
    README.write_text(with_settings(README.read_text("utf-8")), "utf-8")
