"""Files as they arrive: encodings, delimiters, quotes, headers and the shape of rows."""

from __future__ import annotations

import pytest
from sheet_samples import as_csv, check, told

from insignia_server.awarding.sheets import ReadLimits, Sheet, SheetError, guess_mapping, read_sheet

TABLE = [["Email", "Name", "Score"], ["anna@example.org", "Zoë Müller", "4"], ["bo@example.org", "José", "5"]]
PEOPLE = [("anna@example.org", "Zoë Müller", "4"), ("bo@example.org", "José", "5")]


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [row.cells for row in sheet.rows]


def refused(content: bytes, **options: object) -> tuple[str, str, str]:
    with pytest.raises(SheetError) as caught:
        read_sheet(content, **options)  # type: ignore[arg-type]
    problem = caught.value.problem
    assert problem.message
    assert str(caught.value)
    return problem.code, problem.got, problem.expected


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
        ("mac_roman", "mac-roman"),
        ("cp850", "cp850"),
    ],
)
def test_encodings_are_found_out(encoding: str, named: str) -> None:
    content = as_csv(TABLE).decode().encode(encoding)
    sheet = read_sheet(content)
    assert cells(sheet) == PEOPLE
    assert sheet.encoding.replace("_", "-") == named
    guessed = [(p.code, p.got, p.line) for p in sheet.problems]
    assert guessed == ([] if encoding.startswith("utf") else [("sheet.encoding-guessed", "Zoë", 0)])


def test_an_encoding_that_was_asked_for_is_used_and_nothing_else() -> None:
    assert cells(read_sheet(as_csv(TABLE).decode().encode("cp1250", "replace"), encoding="cp1250"))
    assert refused(b"email\nanna@example.org\n\xff", encoding="utf-8")[::2] == (
        "sheet.encoding",
        "text in UTF-8",
    )
    assert refused(b"email\nx", encoding="klingon")[:2] == ("sheet.encoding", "klingon")
    assert refused(b"email\nx", encoding="zip")[0] == "sheet.encoding"


def test_a_few_lines_of_another_encoding_do_not_spoil_the_rest() -> None:
    content = (
        "Email,Name\na@example.org,Zoë Müller\nb@example.org,José Gómez\n".encode()
        + b"c@example.org,Ren\xe9\n"
    )
    checked = check(content)
    assert [(row.email, row.name) for row in checked.rows] == [
        ("a@example.org", "Zoë Müller"),
        ("b@example.org", "José Gómez"),
    ]
    assert told(checked.problems) == [(4, "B", "cell.undecodable", "Ren\ufffd", "text in UTF-8")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(delimiter: str) -> None:
    sheet = read_sheet(as_csv(TABLE, delimiter))
    assert (cells(sheet), sheet.delimiter) == (PEOPLE, delimiter)


def test_a_delimiter_can_be_named_by_the_file_or_the_caller() -> None:
    named = read_sheet(b"sep=:\r\nemail:name\r\na@example.org:Anna\r\n")
    assert (named.delimiter, cells(named)) == (":", [("a@example.org", "Anna")])
    assert (named.header_line, named.rows[0].line, named.rows[0].text_line) == (1, 2, 3)
    assert read_sheet(b"email;x,name\na@example.org;1,Anna\n", delimiter=";").headings == ("email", "x,name")
    assert refused(b"email\nx", delimiter='"') == (
        "sheet.delimiter",
        '"',
        "one character that is not a quote or a line break",
    )


def test_line_breaks_inside_a_cell_and_both_numbers_of_a_line() -> None:
    sheet = read_sheet(b'email,narrative\na@example.org,"one\ntwo\r\nthree"\nnobody,x\n')
    assert [(row.line, row.text_line, row.cells) for row in sheet.rows] == [
        (2, 2, ("a@example.org", "one\ntwo\r\nthree")),
        (3, 5, ("nobody", "x")),
    ]
    assert sheet.rows[-1].text_line == 5
    assert [row.line for row in sheet.rows[0:2]] == [2, 3]
    problem = check(b'email,narrative\na@example.org,"one\ntwo\r\nthree"\nnobody,x\n').problems[0]
    assert problem.where == "line 3 (line 5 in a text editor), column A (email)"


def test_a_quote_that_never_closes_costs_its_own_row_only() -> None:
    content = b'email,name\na@example.org,Anna\nb@example.org,"Bo\nc@example.org,Cy\n"d@example.org",Di\n'
    checked = check(content)
    assert [(row.line, row.email) for row in checked.rows] == [
        (2, "a@example.org"),
        (4, "c@example.org"),
        (5, "d@example.org"),
    ]
    assert told(checked.problems) == [(3, "", "row.quote", 'b@example.org "Bo', "quotes in pairs")]
    inside = check(b'email,name\na@example.org,"Anna "Ann" Lee"\nb@example.org,Bo Li\n')
    assert [(p.line, p.code) for p in inside.problems] == [(2, "row.quote")]
    assert [row.email for row in inside.rows] == ["b@example.org"]
    assert [p.line for p in check(b'email\na@example.org\n"b').problems] == [3]


def test_a_file_full_of_bad_quotes_is_refused() -> None:
    content = b"email,name\n" + b'a@example.org,"x"y\n' * 300
    assert refused(content) == ("sheet.quotes", "201", "quotes in pairs")


def test_line_ends_of_all_kinds_in_one_file() -> None:
    sheet = read_sheet(b"email,name\r\na@example.org,A B\rb@example.org,B C\nc@example.org,C D\r\n")
    assert [row.cells[0] for row in sheet.rows] == ["a@example.org", "b@example.org", "c@example.org"]
    long = b"email,name\r" + b"".join(b"p%d@example.org,Some Name\r" % i for i in range(9000))
    assert len(read_sheet(long).rows) == 9000
    assert read_sheet(long.replace(b"\r", b"\r\n")).rows[8999].line == 9001
    huge = read_sheet(b"email,name\na@example.org," + b"a" * 200_000 + b"\nb@example.org,Bo Li\n")
    assert [(p.line, p.code) for p in huge.problems] == [(2, "row.quote")]
    assert huge.rows[1].cells == ("b@example.org", "Bo Li")


def test_blank_rows_count_as_lines_and_are_left_out() -> None:
    sheet = read_sheet(b"email,name\n\na@example.org,Anna\n,\n  ,\nb@example.org,Bo\n\n\n,,\n")
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (3, ("a@example.org", "Anna")),
        (6, ("b@example.org", "Bo")),
    ]
    assert not sheet.problems


def test_a_missing_header_leaves_all_rows() -> None:
    sheet = read_sheet(b"anna@example.org,Anna Lee\nbo@example.org,Bo Li\n")
    assert (sheet.headings, sheet.header_line, len(sheet.rows)) == (("Column A", "Column B"), 0, 2)
    assert told(sheet.problems) == [
        (1, "", "sheet.no-header", "anna@example.org Anna Lee", "a first row with the names of the columns")
    ]
    sample = [row.cells for row in sheet.rows]
    assert guess_mapping(sheet.headings, sample=sample) == {"email": "Column A"}


def test_the_header_once_more_is_no_person() -> None:
    checked = check(b"email,name\na@example.org,Anna Lee\nemail,name\nb@example.org,Bo Li\n")
    assert told(checked.problems) == [(3, "", "row.header-again", "email, name", "a person")]
    assert [row.line for row in checked.rows] == [2, 4]


def test_a_title_above_the_header() -> None:
    sheet = read_sheet(b"Results of spring\n\nEmail,Name\na@example.org,Anna\n")
    assert (sheet.headings, sheet.header_line, sheet.rows[0].line) == (("Email", "Name"), 3, 4)
    assert [(p.code, p.params) for p in sheet.problems] == [("sheet.above-header", (("count", "1"),))]


def test_two_columns_of_one_name_stay_apart() -> None:
    sheet = read_sheet(b"Email,Name,email\na@example.org,Anna,b@example.org\n")
    assert sheet.headings == ("Email", "Name", "email")
    assert told(sheet.problems) == [(1, "C", "sheet.heading-twice", "email", "each name of a column once")]
    assert read_sheet(b"Email,Email\na,b\n").headings == ("Email", "Email (column B)")
    assert guess_mapping(("Email", "Email (column B)")) == {"email": "Email"}


def test_trailing_empty_columns_and_columns_without_a_name() -> None:
    assert read_sheet(b"email,name,,\na@example.org,Anna,,\nb@example.org,Bo,,\n").headings == (
        "email",
        "name",
    )
    noted = read_sheet(b"email,name,,\na@example.org,Anna,x,\n")
    assert noted.headings == ("email", "name", "Column C")
    assert noted.rows[0].cells == ("a@example.org", "Anna", "x")
    assert not noted.problems


def test_short_and_long_rows() -> None:
    checked = check(
        b"email,name,comment\na@example.org,Anna Lee\nb@example.org,Bo Li,one,two\nc@example.org,Cy Li,x,,\n"
    )
    assert [row.line for row in checked.rows] == [2, 4]
    assert told(checked.problems) == [(3, "D", "row.too-many-cells", "two", "3 cells")]
    assert told(checked.warnings) == [(2, "", "row.too-few-cells", "2", "3 cells")]
    assert read_sheet(b"email,name,\na@example.org,Anna Lee\n").problems == ()


def test_spaces_between_delimiter_and_quote() -> None:
    sheet = read_sheet(b'"email", "name"\n"a@example.org", "Lee, Anna"\n')
    assert sheet.rows[0].cells == ("a@example.org", "Lee, Anna")


def test_nul_bytes() -> None:
    checked = check(b"email,name\na@example.org,An\x00na\nb@example.org,Bo Li\n")
    assert told(checked.problems) == [(2, "B", "cell.nul", "An\\u0000na", "text")]
    assert [row.line for row in checked.rows] == [3]


def test_files_that_are_no_table() -> None:
    assert refused(b"") == ("sheet.empty", "0 bytes", "a header and rows")
    assert refused(b"\xef\xbb\xbf \r\n") == ("sheet.empty", "6 bytes", "a header and rows")
    assert refused(b" , \n , \n") == ("sheet.empty", "only blank rows", "a header and rows")
    assert refused(b"email,name\n") == ("sheet.no-rows", "email, name", "at least one row below the header")
    assert refused(b"%PDF-1.7 abc") == ("sheet.format", "bytes 25 50 44 46 …", "CSV or XLSX")
    assert refused(bytes(range(8)) * 50)[0] == "sheet.format"
    assert refused(b"<html><table><tr><td>email</td></tr></table></html>")[0] == "sheet.format"


def test_limits() -> None:
    limits = ReadLimits(size=60, rows=2, columns=3)
    assert refused(b"email\n" + b"a" * 60, limits=limits) == ("sheet.too-large", "66", "at most 60 bytes")
    assert refused(b"email\na\nb\nc\n", limits=limits) == ("sheet.too-many-rows", "3", "at most 2 rows")
    wide = b"a,b,c,d\n1,2,3,4\n"
    assert refused(wide, limits=limits) == (
        "sheet.too-many-columns",
        "4",
        "at most 3 columns",
    )


def test_a_bad_file_says_where() -> None:
    with pytest.raises(SheetError) as caught:
        read_sheet(b"a,b,c,d\n1,2,3,4\n", limits=ReadLimits(columns=3))
    assert str(caught.value) == (
        "line 1: The file has too many columns. Remove the ones that are not needed. (4)"
    )


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (
            "E-Mail-Adresse;Vorname;Nachname;Ausstellungsdatum;Gültig bis",
            "email given_name family_name awarded_on expires_on",
        ),
        (
            "Adresse e-mail;Prénom;Nom de famille;Date d'émission;Preuve",
            "email given_name family_name awarded_on evidence_url",
        ),
        ("Adresse électronique;Nom;Date d’obtention;Valable jusqu’au", "email name awarded_on expires_on"),
        (
            "Correo electrónico;Nombre;Apellidos;Fecha de emisión;Enlace",
            "email given_name family_name awarded_on evidence_url",
        ),
        ("Correo electrónico;Nombre;Fecha de caducidad", "email name expires_on"),
        ("Mail;Name;Vorname;Kurs", "email family_name given_name achievement"),
        # Credly
        (
            "Badge Template ID;Recipient Email;Issued to First Name"
            ";Issued to Last Name;Issued at;Expires at;Evidence URL",
            "achievement email given_name family_name awarded_on expires_on evidence_url",
        ),
        # Accredible
        (
            "Recipient Name;Recipient Email;Issue Date;Expiry Date;Group Name",
            "name email awarded_on expires_on group",
        ),
        # Moodle
        ("First name;Last name;ID number;Email address", "given_name family_name identifier email"),
        # Canvas
        ("Student;ID;SIS User ID;SIS Login ID;Section", "name external_id identifier email group"),
        # Coursera
        ("Name;Email;External Id;Course;Completion Time", "name email external_id achievement awarded_on"),
    ],
)
def test_headings_are_understood(headings: str, fields: str) -> None:
    names = headings.split(";")
    assert guess_mapping(names) == dict(zip(fields.split(), names, strict=True))


def test_results_in_the_mapping() -> None:
    described = [("urn:1", "Final mark"), ("urn:2", "Attendance")]
    assert guess_mapping(["attendance", "Final Mark", "Grade"], results=described) == {
        "result:urn:2": "attendance",
        "result:urn:1": "Final Mark",
    }
    assert guess_mapping(["Email", "Grade"], results=described[:1]) == {
        "email": "Email",
        "result:urn:1": "Grade",
    }
    assert guess_mapping(["Email", "Grade"]) == {"email": "Email", "result:Grade": "Grade"}


def test_a_remembered_mapping_goes_first() -> None:
    remembered = {"email": "Kontakt", "name": "", "narrative": "gone", "group": "Email"}
    assert guess_mapping(["Email", "KONTAKT", "Name"], remembered=remembered) == {
        "email": "KONTAKT",
        "group": "Email",
    }
    assert guess_mapping(["Email"], remembered={"email": ""}) == {}
    assert guess_mapping(["x", "y"], sample=[("1", "a@example.org"), ("2", "")]) == {"email": "y"}
