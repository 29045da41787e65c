"""Wrong usage in one sentence, in both languages; click itself speaks English only."""

import click

_JOINED_BY_US = " / "
"""Our own sentences have Chinese before it and English after it."""


def said_of(wrong: click.ClickException) -> str:
    """What is wrong, and where the command explains itself."""
    context = wrong.ctx if isinstance(wrong, click.UsageError) else None
    where = f"（{context.command_path} --help）" if context is not None else ""
    return " ".join(f"{_sentence(wrong)}{where}".split())


def _sentence(wrong: click.ClickException) -> str:
    match wrong:
        case click.MissingParameter():
            return f"缺少 {_named(wrong)} / {_named(wrong)} is missing"
        case click.BadParameter():
            return f"{_named(wrong)}: {_bilingual('值不对', 'wrong value', wrong.message)}"
        case click.NoSuchOption():
            return f"没有选项 {wrong.option_name} / there is no option {wrong.option_name}{_near(wrong)}"
        case click.FileError():
            return f"不能打开 / cannot be opened: {wrong.ui_filename}: {wrong.message}"
        case _:
            return _bilingual("用法不对", "wrong usage", wrong.format_message())


def _bilingual(chinese: str, english: str, message: str) -> str:
    return message if _JOINED_BY_US in message else f"{chinese} / {english}: {message}"


def _named(wrong: click.BadParameter) -> str:
    """The option or argument as it is written."""
    if wrong.param_hint is not None:
        return wrong.param_hint if isinstance(wrong.param_hint, str) else ", ".join(wrong.param_hint)
    return wrong.param.get_error_hint(wrong.ctx).replace("'", "") if wrong.param is not None else "?"


def _near(wrong: click.NoSuchOption) -> str:
    return f" ({', '.join(wrong.possibilities)}?)" if wrong.possibilities else ""
