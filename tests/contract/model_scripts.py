"""What the scripted model says to the teams of the contract suite."""

from __future__ import annotations

from tests.model_server import Scripts

SCRIPTS: Scripts = {
    "greeting": {"_any": ["hello", "you said so"]},
    "coding": {"_any": ["```python\nprint(1)\n```", "TERMINATE"]},
}
