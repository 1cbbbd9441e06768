"""Writing Markdown's blocks from top to bottom: what is the same for every platform, whatever it makes of each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from adapters.chat.content.markdown import Node

_PUT = {
    "paragraph": "_paragraph",
    "heading": "_heading",
    "bullet_list": "_list",
    "ordered_list": "_list",
    "blockquote": "_quote",
    "fence": "_code",
    "code_block": "_code",
    "hr": "_rule",
    "table": "_table",
}
"""The method that writes a block, by its type: by name, for a page that held its own methods would keep itself."""


class Page(ABC):
    """Blocks as they are written, from top to bottom."""

    def __init__(self) -> None:
        self._quoted = False
        """Whether what is written now stands in a quote."""

    def put_all(self, nodes: Sequence[Node]) -> None:
        """Write blocks."""
        for node in nodes:
            self._put(node)

    def _put(self, node: Node) -> None:
        getattr(self, _PUT[node.type])(node)

    @abstractmethod
    def _paragraph(self, node: Node) -> None: ...

    @abstractmethod
    def _heading(self, node: Node) -> None: ...

    @abstractmethod
    def _code(self, node: Node) -> None: ...

    @abstractmethod
    def _rule(self, node: Node) -> None: ...

    @abstractmethod
    def _table(self, node: Node) -> None: ...

    @abstractmethod
    def _list(self, node: Node, indent: int = 0) -> None: ...

    def _quote(self, node: Node) -> None:
        before, self._quoted = self._quoted, True
        self.put_all(node.children)
        self._quoted = before

    def _inside(self, nodes: Sequence[Node], indent: int) -> None:
        """Write what an item of a list holds beside its words: lists go deeper, the rest stands between the items."""
        for node in nodes:
            if node.type in ("bullet_list", "ordered_list"):
                self._list(node, indent + 1)
            else:
                self._put(node)
