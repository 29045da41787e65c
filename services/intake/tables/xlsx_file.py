"""Tables from workbooks: the first sheet, values of formulas, dates and numbers as such."""

import io

from python_calamine import CalamineError, CalamineWorkbook

from services.intake.tables.sheet import Sheet, no_table, sheet_of


def xlsx_sheet(content: bytes) -> Sheet:
    """The table of the first sheet. Raises: NoTable."""
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(content))
        return sheet_of(book.get_sheet_by_index(0).iter_rows(), tuple(book.sheet_names[1:]))
    except CalamineError as error:
        raise no_table("not_a_workbook") from error
