"""Every column says what it is, why it is kept, how long and in which form; the documents say the same."""

from pathlib import Path

import pytest
from sqlalchemy import inspect

from app.commands.data_map import data_map_page
from app.store import data_map
from app.store.base import Base
from app.store.engine import Database
from app.texts import Language

DOCS = Path(__file__).parents[2] / "docs" / "privacy"


def test_every_column_is_explained() -> None:
    assert data_map.without_entry() == [], f"these columns are not explained yet: {data_map.ADVICE}"


def test_nothing_is_explained_that_does_not_exist() -> None:
    assert data_map.without_column() == [], "these entries of app/store/data_map.toml are left over"


def test_what_is_sealed_or_hashed_is_said_to_be() -> None:
    assert data_map.unclear_form() == [], "their Form does not fit the column's type, or a place is missing"


def test_every_table_of_the_database_is_known(database: Database) -> None:
    there = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    assert there == set(Base.metadata.tables), "add the module of a new table to app/store/tables.py"


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_document_is_the_one_of_this_schema(language: Language) -> None:
    written = (DOCS / f"data-map.{language}.md").read_text("utf-8")
    assert written == data_map_page(language), (
        f"run: zuruf data-map --language {language} > docs/privacy/data-map.{language}.md"
    )
