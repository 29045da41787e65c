"""The documents that are made from the registry are what stands in the repository."""

from pathlib import Path

import pytest

from services.command_line.documents import OPENAPI, documents, openapi, write
from services.command_line.main import COMMANDS
from services.command_line.pages import FOLDER, renewed

DOCS = Path(__file__).parents[2] / "docs"


def test_the_published_description_of_the_api_is_the_one_that_is_served() -> None:
    assert (DOCS / OPENAPI).read_bytes() == openapi(), "run make docs"


def test_documents_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    written = write(tmp_path)
    assert (tmp_path / OPENAPI).read_bytes() == openapi()
    names = {path.name for path in written if path.parent == tmp_path / FOLDER}
    assert {f"{name}{suffix}" for name in COMMANDS for suffix in (".md", ".zh-CN.md")} < names


@pytest.mark.parametrize("path", [path for path, _ in documents(DOCS)], ids=lambda path: path.name)
def test_what_is_made_stands_in_the_repository(path: Path) -> None:
    assert path.exists(), "a new page: run make docs, then write its examples, exit codes and links"
    assert path.read_bytes() == dict(documents(DOCS))[path], "run make docs"


def test_what_people_wrote_beside_the_made_part_stays() -> None:
    page = renewed(None, "doctor", "en").replace("## Examples", "## Examples\n\nBy hand.")
    assert renewed(page.replace("Checks of", "Old words for"), "doctor", "en") == page
    with pytest.raises(ValueError, match="no marks"):
        renewed("# moldcare doctor", "doctor", "en")
