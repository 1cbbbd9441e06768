"""Lines that several programs' models speak."""

from __future__ import annotations

CODE_A = "Let me run this:\n```python\n# filename: a.py\nopen('runs.txt','a').write('a\\n')\nprint('A =', 6*7)\n```"
CODE_B = "Faster version:\n```python\n# filename: b.py\nopen('runs.txt','a').write('b\\n')\nprint('B =', 6*7+1)\n```"
BROKEN = "This fails:\n```python\nopen('runs.txt','a').write('broken\\n')\nraise SystemExit(3)\n```"
