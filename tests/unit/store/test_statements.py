"""Statements of SQLAlchemy as the driver takes them: the same answers, and what could come out different is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.dialects.sqlite import insert

from bot.store.statements import Result, Statements

tables = sa.MetaData()
plants = sa.Table(
    "plants",
    tables,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("class", sa.Text),
    sa.Column("height", sa.Integer),
)
seasons = sa.Table(
    "seasons",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("begins", sa.DateTime),
    sa.Column("kind", sa.Text, default="summer"),
)
NAMED = sa.select(plants).where(plants.c.name == bindparam("a_name"))
ALL = sa.select(plants.c.name, plants.c.height).order_by(plants.c.name)


class Garden:
    """A database in memory."""

    def __init__(self) -> None:
        self.driver = sqlite3.connect(":memory:", isolation_level=None)
        self.statements = Statements(sqlite_dialect())
        for table in (plants, seasons):
            self.driver.execute(str(sa.schema.CreateTable(table).compile(dialect=sqlite_dialect())))
        self.execute(sa.insert(plants), [{"name": "oak", "height": 20}, {"name": "elm", "height": 12}])

    def execute(self, statement: sa.Executable, values: Any = None) -> Result:
        return self.statements.prepared(statement, values).execute(self.driver.cursor(), values)


@pytest.fixture
def garden() -> Iterator[Garden]:
    made = Garden()
    yield made
    made.driver.close()


def test_values_of_a_row_have_their_columns_names_also_where_python_uses_the_word(garden: Garden) -> None:
    row = garden.execute(NAMED, {"a_name": "oak"}).one()

    assert (row.name, row.height, getattr(row, "class"), tuple(row)) == ("oak", 20, None, (1, "oak", None, 20))


def test_rows_come_in_each_form_that_is_asked_for(garden: Garden) -> None:
    found = garden.execute(ALL)

    assert [*found] == found.all() == [("elm", 12), ("oak", 20)]
    assert [*found.scalars()] == ["elm", "oak"]
    assert garden.execute(sa.select(sa.func.count()).select_from(plants)).scalar_one() == 2
    assert garden.execute(NAMED, {"a_name": "ash"}).one_or_none() is None
    assert garden.execute(NAMED, {"a_name": "ash"}).scalar_one_or_none() is None


def test_changes_tell_how_many_rows_there_were_and_return_what_they_are_told_to(garden: Garden) -> None:
    grow = sa.update(plants).values(height=plants.c.height + 1)

    assert garden.execute(grow.where(plants.c.name == bindparam("a_name")), {"a_name": "ash"}).rowcount == 0
    assert garden.execute(grow).rowcount == 2
    assert sorted(garden.execute(grow.returning(plants.c.height)).scalars()) == [14, 22]
    assert garden.statements.prepared(grow, None).changes
    assert not garden.statements.prepared(ALL, None).changes


def test_insert_takes_the_columns_that_are_given_and_tells_what_it_added(garden: Garden) -> None:
    add = insert(plants).on_conflict_do_nothing()

    added = [garden.execute(add, {"name": name}).rowcount for name in ("ash", "oak")]
    garden.execute(add, {"name": "fir", "height": 30})

    assert added == [1, 0]
    assert garden.execute(NAMED, {"a_name": "ash"}).one().height is None
    assert garden.execute(NAMED, {"a_name": "fir"}).one().height == 30


def test_words_of_the_statement_itself_stay_beside_values_that_are_given(garden: Garden) -> None:
    some = ALL.where(plants.c.name.in_(("oak", "fir")), plants.c.height > bindparam("least"))

    assert garden.execute(some, {"least": 10}).all() == [("oak", 20)]
    assert garden.execute(some, {"least": 20}).all() == []


def test_other_dialects_take_values_by_name() -> None:
    dialect: sa.Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # the library's
    prepared = Statements(dialect).prepared(NAMED.where(plants.c.height > 3), {"a_name": "oak"})

    assert "%(a_name)s" in prepared.text
    assert prepared._bind({"a_name": "oak"}) == {"a_name": "oak", "height_1": 3}


@pytest.mark.parametrize(
    ("statement", "values", "reason"),
    [
        pytest.param(NAMED, {}, "a_name", id="value that is lacking"),
        pytest.param(sa.select(seasons), None, "as they are", id="column that is no value of the driver"),
        pytest.param(
            sa.select(seasons.c.id).where(seasons.c.begins == bindparam("at")),
            {"at": None},
            "as they are",
            id="value that is none of the driver's",
        ),
        pytest.param(sa.insert(seasons), {"id": 1}, "defaults", id="default that Python fills in"),
        pytest.param(
            ALL.where(plants.c.name.in_(bindparam("some", expanding=True))),
            {"some": ["oak"]},
            "each number of values",
            id="list of any length",
        ),
    ],
)
def test_statement_that_needs_more_than_the_driver_is_refused(
    garden: Garden, statement: sa.Executable, values: dict[str, Any] | None, reason: str
) -> None:
    with pytest.raises(TypeError, match=reason):
        garden.execute(statement, values)


def test_statements_that_are_built_anew_each_time_do_not_fill_the_memory(garden: Garden) -> None:
    for height in range(1200):
        garden.execute(ALL.where(plants.c.height == height))

    assert len(garden.statements._prepared) <= 500
