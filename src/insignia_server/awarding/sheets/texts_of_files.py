"""Problems of a file and of its rows as a whole."""

from __future__ import annotations

from insignia_server.awarding.sheets.kinds import _, kinds

FILE_ERRORS = kinds(
    "error",
    ("sheet.empty", _("a header and rows"), _("The file is empty. Choose the file again.")),
    (
        "sheet.no-rows",
        _("at least one row below the header"),
        _("The file has a header and nothing below it. Add one row for each person."),
    ),
    (
        "sheet.too-large",
        _("at most %(limit)s bytes"),
        _("The file is too large. Divide it into smaller files."),
    ),
    (
        "sheet.too-many-rows",
        _("at most %(limit)s rows"),
        _("The file has too many rows. Divide it into smaller files."),
    ),
    (
        "sheet.too-many-columns",
        _("at most %(limit)s columns"),
        _("The file has too many columns. Remove the ones that are not needed."),
    ),
    (
        "sheet.password",
        _("a workbook without a password"),
        _("The workbook is protected with a password. Save it without one and upload it again."),
    ),
    (
        "sheet.format",
        _("CSV or XLSX"),
        _("The file is neither a CSV file nor an XLSX workbook. Save it as one of these."),
    ),
    (
        "sheet.damaged",
        _("a whole XLSX workbook"),
        _("The workbook cannot be read: it is damaged or was cut off. Save it again and upload it again."),
    ),
    (
        "sheet.bomb",
        _("a workbook of at most %(limit)s bytes when unpacked"),
        _("The workbook is far larger inside than outside. Copy the rows into a new workbook."),
    ),
    (
        "sheet.too-wide",
        _("cells close together"),
        _("The cells of the sheet lie too far apart. Copy the rows into a new sheet."),
    ),
    (
        "sheet.not-found",
        _("one of the sheets %(names)s"),
        _("The workbook has no sheet of this name. Choose another."),
    ),
    (
        "sheet.encoding",
        _("text in %(encoding)s"),
        _("The file is not text in this encoding. Choose another encoding, or save the file as CSV UTF-8."),
    ),
    (
        "sheet.delimiter",
        _("one character that is not a quote or a line break"),
        _("Cells cannot be divided by this. Choose comma, semicolon, tab or |."),
    ),
    (
        "sheet.quotes",
        _("quotes in pairs"),
        _("Quotes do not match in too many rows. Save the file again as CSV from your spreadsheet program."),
    ),
)
FILE_WARNINGS = kinds(
    "warning",
    (
        "sheet.no-header",
        _("a first row with the names of the columns"),
        _("The first row looks like a person. It is kept as a row; say which column holds what."),
    ),
    (
        "sheet.above-header",
        _("the names of the columns in the first row"),
        _("Rows above the names of the columns, which are left out: %(count)s."),
    ),
    (
        "sheet.heading-twice",
        _("each name of a column once"),
        _("Two columns have the same name. The first is used unless you choose the second."),
    ),
    (
        "sheet.encoding-guessed",
        _("UTF-8"),
        _("The file is not UTF-8 and was read as %(encoding)s. Check that the letters shown are right."),
    ),
    (
        "sheet.chosen",
        _("one sheet with data"),
        _("The workbook has several sheets; “%(sheet)s” is used. Choose another if that is wrong."),
    ),
    (
        "sheet.merged",
        _("one value in each cell"),
        _("Merged cells were taken to mean the same value in each of their rows. Check these rows."),
    ),
    (
        "sheet.date-order",
        _("dates such as 2025-04-03"),
        _("Dates of this column are read as %(order)s, because line %(line)s allows nothing else."),
    ),
    (
        "row.hidden",
        _("a row that can be seen"),
        _("The row is hidden in the sheet. It would be awarded too."),
    ),
    (
        "row.too-few-cells",
        _("%(width)s cells"),
        _("The row ends early. The cells that are missing are taken as empty."),
    ),
)
ROW_ERRORS = kinds(
    "error",
    (
        "row.too-many-cells",
        _("%(width)s cells"),
        _("The row has more cells than the header. Put quotes around a text that holds the delimiter."),
    ),
    (
        "row.quote",
        _("quotes in pairs"),
        _("A quote is never closed, or stands inside a text. Close it, or double a quote inside a text."),
    ),
    ("row.header-again", _("a person"), _("The header stands here once more. Remove this line.")),
    (
        "cell.nul",
        _("text"),
        _("The cell holds a NUL character, which is no text. Type the cell again."),
    ),
    (
        "cell.undecodable",
        _("text in %(encoding)s"),
        _("Some characters could not be read. Save the file as CSV UTF-8, or type the cell again."),
    ),
    (
        "cell.formula-error",
        _("a value"),
        _("The formula in this cell has no result. Correct it, or type the value."),
    ),
    (
        "cell.formula-not-calculated",
        _("a value"),
        _("The formula was never calculated. Open the workbook, save it, and upload it again."),
    ),
    (
        "mapping.column-unknown",
        _("a column of the file"),
        _("The file has no column of this name. Choose another for %(field)s."),
    ),
    (
        "mapping.result-unknown",
        _("a result that the achievement describes: %(names)s"),
        _("The achievement describes no such result. Choose one of its results for this column."),
    ),
    ("mapping.field-unknown", _("a field"), _("Nothing here is called %(field)s. Choose another field.")),
)
