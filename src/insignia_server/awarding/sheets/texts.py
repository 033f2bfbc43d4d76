"""Every kind of problem: how grave it is, what was expected, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.conf import settings
from django.utils.translation import gettext

Grave = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem. The texts may hold `%(name)s` for the params of the problem."""

    severity: Grave
    expected: str
    message: str


def _(text: str) -> str:
    """Marks a text for the catalogues. Django's own mark asks the settings, which a script has not set up."""
    return text


LINE: Final = _("line")
COLUMN: Final = _("column")
TEXT_LINE: Final = _("(line %(line)s in a text editor)")


def translate(text: str, params: Mapping[str, str] | None = None) -> str:
    """The text in the active language; as it is where Django is not set up (a script, a benchmark)."""
    if text and settings.configured:
        text = gettext(text)
    return text % params if params else text


def _kinds(severity: Grave, *rows: tuple[str, str, str]) -> Iterator[tuple[str, Kind]]:
    for code, expected, message in rows:
        yield code, Kind(severity, expected, message)


_FILE_ERRORS = _kinds(
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
_FILE_WARNINGS = _kinds(
    "warning",
    (
        "sheet.no-header",
        _("a first row with the names of the columns"),
        _("The first row looks like a person. It is kept as a row; say which column holds what."),
    ),
    (
        "sheet.above-header",
        _("the names of the columns in the first row"),
        _("%(count)s rows above the names of the columns are left out."),
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
_ROW_ERRORS = _kinds(
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
_PERSON_ERRORS = _kinds(
    "error",
    (
        "person.missing",
        _("an email address, such as anna@example.org"),
        _("Nobody can be awarded without an address or another identifier. Add it."),
    ),
    (
        "email.invalid",
        _("an email address, such as anna@example.org"),
        _("This is not an email address. Correct it."),
    ),
    (
        "email.several",
        _("one email address"),
        _("There are several addresses in one cell. Keep the one that the person uses."),
    ),
    ("email.too-long", _("at most 254 characters"), _("The address is too long. Correct it.")),
    (
        "person.twice",
        _("each person once"),
        _("The same person stands in line %(line)s already. Remove one of the two rows."),
    ),
    (
        "award.already-held",
        _("a person who does not hold the badge yet"),
        _("This person already holds the badge. Remove the row, or correct the earlier award."),
    ),
    ("name.missing", _("a name"), _("The name is empty. Add it: it stands on the certificate.")),
    (
        "name.too-long",
        _("at most %(limit)s characters"),
        _("The name has %(length)s characters. Shorten it; nothing is cut off by itself."),
    ),
    (
        "identifier.type-missing",
        _("a kind of identifier: %(names)s"),
        _("Nothing says what kind of identifier this is. Add a column that does."),
    ),
    (
        "identifier.type-unknown",
        _("a kind of identifier: %(names)s"),
        _("Open Badges knows no identifier of this kind. Use one of these, or one that begins with ext:."),
    ),
    ("identifier.too-long", _("at most %(limit)s characters"), _("The identifier is too long. Correct it.")),
    (
        "identifier.did",
        _("a DID that is whole: %(expected)s"),
        _("The DID is damaged: a character is missing or wrong. Copy it again from the wallet."),
    ),
    (
        "external.twice",
        _("each key once"),
        _("Line %(line)s has the same key. Give each row its own, or leave it empty."),
    ),
    (
        "external.too-long",
        _("at most %(limit)s characters"),
        _("The key of the row is too long. Shorten it."),
    ),
)
_PERSON_WARNINGS = _kinds(
    "warning",
    (
        "email.near-miss",
        _("a domain that exists"),
        _("This looks like a typing error of %(domain)s. Check it, or the mail goes astray."),
    ),
    (
        "email.cleaned",
        _("the address alone"),
        _("Characters around the address were left out. Check that the address is right."),
    ),
    (
        "email.upper-case",
        _("an address in small letters"),
        _("The address is in capitals, and verifiers compare it letter by letter. Small letters are safer."),
    ),
    (
        "email.unusual",
        _("letters, digits and dots before the @"),
        _("An address with quotes or other letters is allowed, but many mail servers refuse it. Check it."),
    ),
    (
        "email.suppressed",
        _("an address that accepts mail"),
        _("No mail is sent to this address (it bounced or asked for none). Tell the person another way."),
    ),
    (
        "person.two-addresses",
        _("one address for each person"),
        _("Line %(line)s has the same name with another address. Is it the same person?"),
    ),
    (
        "award.held-again",
        _("a person who does not hold the badge yet"),
        _("This person already holds the badge and would get a second one."),
    ),
    ("name.empty", _("a name"), _("The name is empty. The certificate would show none.")),
    (
        "name.capitals",
        _("a name in upper and lower case"),
        _("The name is in capitals and would stand so on the certificate."),
    ),
    (
        "name.swapped",
        _("given name, then family name"),
        _("The comma suggests that the family name comes first. It would stand so on the certificate."),
    ),
    ("name.one-letter", _("a whole name"), _("The name is a single letter. Is it complete?")),
    (
        "name.invisible",
        _("characters that can be seen"),
        _("The name holds characters that cannot be seen. Type it again if they are not meant."),
    ),
    (
        "name.control",
        _("a name in one line"),
        _("Line breaks and control characters in the name were replaced by a space."),
    ),
    (
        "name.mojibake",
        _("readable letters"),
        _("The name was saved with the wrong encoding. Correct it, or save the file as CSV UTF-8."),
    ),
    ("name.address", _("a name"), _("The name is an address. Correct it.")),
    (
        "cell.formula",
        _("text that is not a formula"),
        _("A spreadsheet would run this text as a formula. It is kept as text and made harmless in exports."),
    ),
    (
        "identifier.did-method",
        _("did:key, did:jwk or did:web"),
        _("A DID of this method cannot be checked here. Check it yourself."),
    ),
    ("locale.unknown", _("a language: %(names)s"), _("This language is not known. The usual one is used.")),
    ("group.unknown", _("a group: %(names)s"), _("There is no such group yet. It would be made.")),
)
_DATE_ERRORS = _kinds(
    "error",
    (
        "date.ambiguous",
        _("%(first)s or %(second)s"),
        _("The day and the month cannot be told apart. Say the order of dates, or write 2025-04-03."),
    ),
    ("date.impossible", _("a day of the calendar"), _("There is no such day. Correct the date.")),
    ("date.unreadable", _("a date such as 2025-04-03"), _("This is not a date. Write year-month-day.")),
    (
        "date.serial",
        _("a date such as 2025-04-03"),
        _("This is the number by which a spreadsheet keeps a date. Format the column as a date."),
    ),
    (
        "date.too-far",
        _("a day up to %(limit)s"),
        _("The date lies too far in the future. Correct it."),
    ),
    (
        "expiry.before-issue",
        _("a day after %(issued)s"),
        _("The badge would expire before it is issued. Correct one of the two dates."),
    ),
)
_DATE_WARNINGS = _kinds(
    "warning",
    (
        "date.future",
        _("a day up to %(today)s"),
        _("The date lies in the future. Until then verifiers say that the badge is not valid yet."),
    ),
    ("date.long-ago", _("a day after %(limit)s"), _("The date lies very far back. Is the year right?")),
    (
        "date.no-zone",
        _("a time with its zone, such as 10:00+02:00"),
        _("The time has no zone and is read as time in %(zone)s."),
    ),
    ("expiry.past", _("a day after %(today)s"), _("The badge would be expired on the day it is sent.")),
)
_RESULT_ERRORS = _kinds(
    "error",
    ("result.missing", _("a value for %(result)s"), _("This result is required. Add it.")),
    (
        "score.unreadable",
        _("a number such as 4.5"),
        _("This is not a number. Write digits, with a point or a comma before the decimals."),
    ),
    (
        "score.ambiguous",
        _("%(first)s or %(second)s"),
        _("The comma or point can mean thousands or decimals. Write the number without thousands."),
    ),
    ("score.percent", _("a number up to %(maximum)s"), _("Percent do not fit here. Write the points.")),
    ("score.over-maximum", _("at most %(maximum)s"), _("The score is over the maximum. Correct it.")),
    ("score.under-minimum", _("at least %(minimum)s"), _("The score is under the minimum. Correct it.")),
    (
        "grade.not-allowed",
        _("one of %(allowed)s"),
        _("The achievement does not allow this value for %(result)s. Use one of those allowed."),
    ),
    ("result.too-long", _("at most %(limit)s characters"), _("The result is too long. Shorten it.")),
)
_RESULT_WARNINGS = _kinds(
    "warning",
    (
        "score.under-required",
        _("at least %(required)s"),
        _("The score is under the value that the achievement requires. Should this person be awarded?"),
    ),
)
_TEXT_ERRORS = _kinds(
    "error",
    (
        "link.no-scheme",
        _("a link that begins with https://"),
        _("The link does not say how it is reached. Put https:// in front."),
    ),
    ("link.scheme", _("a link that begins with https://"), _("Links of this kind are refused.")),
    (
        "link.private",
        _("a link that everybody can open"),
        _("The link leads into a private network: nobody outside can open it. Publish it elsewhere."),
    ),
    (
        "link.too-long",
        _("at most %(limit)s characters"),
        _("The link has %(length)s characters. Use a shorter one."),
    ),
    ("link.invalid", _("a link such as https://example.org/work"), _("This is not a link. Correct it.")),
    (
        "link.credentials",
        _("a link without user name and password"),
        _("The link holds a user name or password, and it will be public. Remove it."),
    ),
    (
        "text.too-long",
        _("at most %(limit)s characters"),
        _("The text has %(length)s characters. Shorten it; nothing is cut off by itself."),
    ),
    (
        "text.script",
        _("text without script"),
        _("The text holds script, which other systems might run. Remove it."),
    ),
    ("text.control", _("readable characters"), _("The text holds control characters. Type it again.")),
    (
        "evidence.unknown",
        _("an address that an upload of your organisation gave"),
        _("Your organisation keeps no file at {address}. Upload it again, and use the new address."),
    ),
    ("achievement.missing", _("the achievement"), _("Nothing says which achievement it is. Add its name.")),
    (
        "evidence.missing",
        _("a link or a text"),
        _("This achievement asks for evidence. Give a link to the work, or tell of it."),
    ),
    (
        "achievement.unknown",
        _("the name or code of an achievement"),
        _("There is no such achievement. Correct the name, or use its code."),
    ),
    (
        "achievement.ambiguous",
        _("one of %(choices)s"),
        _("Several achievements have this name. Use the code instead of the name."),
    ),
    (
        "achievement.archived",
        _("a published achievement"),
        _("This achievement is archived. Choose another, or take it out of the archive."),
    ),
    (
        "achievement.draft",
        _("a published achievement"),
        _("This achievement is a draft. Publish it first."),
    ),
)
_TEXT_WARNINGS = _kinds(
    "warning",
    (
        "text.html",
        _("plain text or Markdown"),
        _("HTML is shown as it is typed, with its angle brackets. Remove the tags."),
    ),
)

KINDS: Final[Mapping[str, Kind]] = {
    code: kind
    for kinds in (
        _FILE_ERRORS,
        _FILE_WARNINGS,
        _ROW_ERRORS,
        _PERSON_ERRORS,
        _PERSON_WARNINGS,
        _DATE_ERRORS,
        _DATE_WARNINGS,
        _RESULT_ERRORS,
        _RESULT_WARNINGS,
        _TEXT_ERRORS,
        _TEXT_WARNINGS,
    )
    for code, kind in kinds
}
