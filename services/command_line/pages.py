"""The pages of the guide for commands: what click knows is generated, what people say about it stands beside it.

A page has the generated part between two marks; everything else on it is written by hand and left alone.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import click

from services.command_line.main import COMMANDS, PROGRAM, cli, summary

Language = Literal["en", "zh"]
FOLDER = Path("guide") / "commands"
SUFFIX: dict[Language, str] = {"en": ".md", "zh": ".zh-CN.md"}
BEGIN, END = "<!-- made by `make docs`: begin -->", "<!-- made by `make docs`: end -->"
_MARKED = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.S)
_HEADINGS: dict[Language, str] = {"en": "| option | meaning |", "zh": "| 选项 | 含义 |"}
_NEW: dict[Language, str] = {
    "en": "# moldcare {name}\n\n{block}\n\n## Examples\n\n## Exit codes\n\n## See also\n",
    "zh": "# moldcare {name}\n\n{block}\n\n## 示例\n\n## 退出码\n\n## 另见\n",
}


def in_language(text: str, language: Language) -> str:
    """One half of `中文 / English`; a text without halves is the same in both."""
    chinese, mark, english = re.sub(r"\s+", " ", text).partition("/ ")
    if not mark:
        return text
    return chinese.strip() if language == "zh" else english.strip()


def block(name: str, language: Language) -> str:
    """Usage, meaning and options of a command and its subcommands."""
    command = cli.get_command(click.Context(cli), name)
    parts = list(_parts(name, command)) if command is not None else []
    return "\n\n".join([BEGIN, *(_part(words, one, language) for words, one in parts), END])


def _parts(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for word, one in command.commands.items():
            yield f"{name} {word}", one
    else:
        yield name, command


def _part(words: str, command: click.Command, language: Language) -> str:
    context = click.Context(command, info_name=f"{PROGRAM} {words}")
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    said, *more = (command.help or "").split("\n\n")
    rows = [row for one in command.params if (row := _row(one, context, language))]
    return "\n\n".join(
        [
            f"## `{PROGRAM} {words}`",
            f"```\n{usage}\n```",
            _sentence(in_language(said, language)),
            *(paragraph.strip() for paragraph in more),
            "\n".join([_HEADINGS[language], "|---|---|", *rows]),
        ]
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _row(parameter: click.Parameter, context: click.Context, language: Language) -> str:
    if not isinstance(parameter, click.Option):
        return ""
    written = ", ".join(parameter.opts)
    if not parameter.is_flag:
        written += f" {parameter.make_metavar(context)}"
    notes = _notes(parameter, language)
    meaning = in_language(parameter.help or "", language)
    return f"| `{_cell(written)}` | {_cell(meaning)}{notes} |"


def _notes(option: click.Option, language: Language) -> str:
    if option.required:
        return " (required)" if language == "en" else "（必填）"
    if option.show_default:
        return f" (default `{option.default}`)" if language == "en" else f"（默认 `{option.default}`）"
    return ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def renewed(page: str | None, name: str, language: Language) -> str:
    """A page with its generated part as it is now; a new page with what is to be written by hand left open.

    Raises: ValueError for a page that has lost its marks.
    """
    made = block(name, language)
    if page is None:
        return _NEW[language].format(name=name, block=made)
    if not _MARKED.search(page):
        raise ValueError(f"{name}: the page has no marks {BEGIN} … {END}")
    return _MARKED.sub(lambda _: made, page)


def index(page: str | None, language: Language) -> str:
    """The list of all pages, renewed in its place."""
    context = click.Context(cli)
    rows = [
        f"| [`{name}`]({name}{SUFFIX[language]}) | {in_language(summary(cli.get_command(context, name)), language)} |"
        for name in COMMANDS
    ]
    heading = "| command | purpose |" if language == "en" else "| 命令 | 用途 |"
    made = "\n".join([BEGIN, "", heading, "|---|---|", *rows, "", END])
    return _MARKED.sub(lambda _: made, page if page is not None else f"# {PROGRAM}\n\n{BEGIN}{END}\n")


def pages(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every page of commands below the documents, as it should be."""
    for language, suffix in SUFFIX.items():
        contents = folder / FOLDER / f"README{suffix}"
        yield contents, index(_text(contents), language)
        for name in COMMANDS:
            path = folder / FOLDER / f"{name}{suffix}"
            yield path, renewed(_text(path), name, language)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
