"""The documents that are made from the registry are what stands in the repository."""

from pathlib import Path

from services.command_line.documents import OPENAPI, openapi, write

DOCS = Path(__file__).parents[2] / "docs"


def test_the_published_description_of_the_api_is_the_one_that_is_served() -> None:
    assert (DOCS / OPENAPI).read_bytes() == openapi(), "run make docs"


def test_documents_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    assert write(tmp_path).read_bytes() == openapi()
