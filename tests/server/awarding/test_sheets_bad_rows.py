"""A file of 10,000 rows with every kind of bad row among good ones: the exact list of problems."""

from __future__ import annotations

import csv
import io
import random

from bad_rows import HEADER, KINDS_OF_ROWS, LONG, PLACE, good_row
from sheet_samples import GRADE, SCORE, context, told

from insignia_server.awarding.sheets import ResultChoice, annotate, check_rows, guess_mapping, read_sheet
from insignia_server.awarding.sheets.texts import KINDS


def test_every_kind_among_ten_thousand_rows() -> None:
    random_ = random.Random(7)
    kinds = [*(KINDS_OF_ROWS * 60), *LONG]
    places = sorted(random_.sample(range(1, 10_000), len(kinds)))
    random_.shuffle(kinds)
    bad = dict(zip(places, kinds, strict=True))
    rows, expected, awarded = [], [], []
    for number in range(10_000):
        row = good_row(number)
        wrong: list[tuple[str, str, str | None, str]] = []
        line = number + 2
        if number == 0:
            row |= {"Email": "first@example.org", "Name": "First Person", "External ID": "first"}
        if number in bad:
            changes, wrong = bad[number]
            row |= {heading: value.replace("{n}", str(number)) for heading, value in changes.items()}
        for heading, code, got, wanted in wrong:
            shown = row[heading] if got is None else got.replace("{n}", str(number))
            expected.append((line, "ABCDEFGHIJKLMN"[PLACE[heading]], code, shown, wanted))
        if not any(KINDS[code].severity == "error" for _, code, _, _ in wrong):
            awarded.append(line)
        rows.append([row[heading] for heading in HEADER])
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([HEADER, *rows])
    sheet = read_sheet(out.getvalue().encode("utf-8-sig"))
    known = context(
        results=(SCORE, GRADE, ResultChoice("urn:other", "Other")),
        holders=lambda pairs: [pair for pair in pairs if pair[1].startswith("holder")],
        suppressed=lambda emails: [email for email in emails if email.startswith("bounced")],
        groups=["Spring"],
        locales=["en", "de", "fr", "es", "ar"],
    )
    mapping = guess_mapping(sheet.headings, results=[(c.id, c.name) for c in known.results])
    assert len(mapping) == len(HEADER)
    checked = check_rows(sheet, mapping, context=known)

    found = [
        (*one[:3], "…" if one[2].endswith("too-long") and one[1] in "IJ" else one[3], one[4])
        for one in told([*checked.problems, *checked.warnings])
    ]
    # Names that stand in several rows by the nature of their kind are told as well, beside another address.
    again = {"P", "n" * 300}
    found = [one for one in found if not (one[2] == "person.two-addresses" and one[3].split(",")[0] in again)]
    assert sorted(set(found) - set(expected)) == sorted(set(expected) - set(found)) == []
    assert sorted(found) == sorted(expected)
    assert [row.line for row in checked.rows] == awarded
    assert checked.problems == sorted(
        checked.problems, key=lambda p: (p.line, p.column.index if p.column else -1)
    )
    written = read_sheet(annotate(sheet, checked.problems, format="csv", only_bad=True))
    assert len(written.rows) == 10_000 - len(awarded)
