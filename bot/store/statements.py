"""Statements of SQLAlchemy Core as a driver takes them: text and values.

SQLAlchemy writes each statement once, for the dialect of a database; the driver executes it. SQLAlchemy's own execution
costs several times what the driver's does, and an answer to a question takes dozens of statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

Values = Mapping[str, Any]

# Every statement of ours is a constant of its module. Whoever builds them anew each time must not fill the memory.
_MOST = 500


class Row(tuple[Any, ...]):
    """A row of a result: its values also have their columns' names."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


class Result:
    """What the database answered to one statement, already read."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Row], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount
        """How many rows were changed."""

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def all(self) -> list[Row]:
        """Return the rows."""
        return self._rows

    def one(self) -> Row:
        """Return the only row."""
        (row,) = self._rows
        return row

    def one_or_none(self) -> Row | None:
        """Return the only row; None where there is none."""
        return self.one() if self._rows else None

    def scalars(self) -> Iterator[Any]:
        """Return the first value of each row."""
        return (row[0] for row in self._rows)

    def scalar_one(self) -> Any:
        """Return the first value of the only row."""
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        """Return the first value of the only row; None where there is none."""
        return self.one()[0] if self._rows else None


@dataclass(slots=True)
class Prepared:
    """One statement, ready for a driver."""

    text: str
    changes: bool
    """Whether it adds, changes or deletes rows."""
    _bind: Callable[[Values], Any]
    _row: Callable[[Any], Row] | None = field(default=None, init=False)

    def execute(self, cursor: Any, values: Values | list[Values] | None) -> Result:
        """Have it executed, once or once for each of several rows, by a cursor of the driver (PEP 249)."""
        if isinstance(values, list):
            cursor.executemany(self.text, [self._bind(each) for each in values])
        else:
            cursor.execute(self.text, self._bind(values or {}))
        if cursor.description is None:
            return Result([], cursor.rowcount)
        if self._row is None:
            self._row = _row_of([column[0] for column in cursor.description])
        rows = [*map(self._row, cursor.fetchall())]
        return Result(rows, cursor.rowcount)


class Statements:
    """The statements of one dialect that were prepared so far."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._dialect = dialect
        self._prepared: dict[tuple[Any, ...], Prepared] = {}

    def prepared(self, statement: sa.Executable, values: Values | list[Values] | None) -> Prepared:
        """Return a statement as the driver takes it, for values of these names.

        Raises:
            TypeError: It needs something that only SQLAlchemy's own execution does.
        """
        many = isinstance(values, list)
        first = values[0] if isinstance(values, list) else values or ()
        key = (statement, many, *first)
        found = self._prepared.get(key)
        if found is None:
            if len(self._prepared) >= _MOST:
                self._prepared.clear()
            found = self._prepared[key] = _prepare(statement, [*first], self._dialect, many=many)
        return found


def _prepare(statement: Any, names: list[str], dialect: sa.Dialect, *, many: bool) -> Prepared:
    compiled: Any = statement.compile(dialect=dialect, column_keys=names, for_executemany=many)
    required = {bind.key for bind in compiled.binds.values() if bind.required}
    if lacking := sorted(required.difference(names)):
        raise TypeError(f"The statement needs values for {', '.join(lacking)}: {compiled}")
    _refuse_lists(compiled)
    _refuse_processed(compiled, statement, dialect)
    # An IN with the statement's own words has as many parameters as words.
    expanded = compiled.construct_expanded_state(dict.fromkeys(required))
    own = {name: value for name, value in expanded.parameters.items() if name not in required}
    return Prepared(expanded.statement, bool(statement.is_dml), _binder(expanded.positiontup, own))


def _refuse_lists(compiled: Any) -> None:
    if any(bind.required and bind.expanding for bind in compiled.binds.values()):
        raise TypeError(f"The statement is another one for each number of values in a list: {compiled}")


def _refuse_processed(compiled: Any, statement: Any, dialect: sa.Dialect) -> None:
    """Refuse what would need more than handing values to the driver and back."""
    columns = statement.exported_columns if statement.is_select or statement.is_dml else ()
    given = [bind.type.dialect_impl(dialect).bind_processor(dialect) for bind in compiled.binds.values()]
    found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    if any((*given, *found)):
        raise TypeError(f"The statement has values that the driver does not take and give as they are: {compiled}")
    if compiled.prefetch or compiled.escaped_bind_names:
        raise TypeError(f"The statement has defaults or names that only SQLAlchemy's own execution knows: {compiled}")


def _binder(names: Sequence[str] | None, own: Values) -> Callable[[Values], Any]:
    """Return what brings values into the form that the driver takes: in order, or by name."""
    if names is None:
        return lambda values: {**own, **values}
    if not names:
        return _nothing
    pick = itemgetter(*names)
    single = len(names) == 1
    if own:
        return lambda values: (pick({**own, **values}),) if single else pick({**own, **values})
    return (lambda values: (pick(values),)) if single else pick


def _nothing(_values: Values) -> tuple[()]:
    return ()


def _row_of(names: Sequence[str]) -> Callable[[Any], Row]:
    properties = {name: property(itemgetter(place)) for place, name in enumerate(names)}
    return type("Row", (Row,), {"__slots__": (), **properties})
