"""Every kind of bad row of an award file: what is put into a good row, and what must be told of it."""

from __future__ import annotations

HEADER = [
    "Email",
    "Name",
    "Identifier",
    "Identifier type",
    "Issue date",
    "Expiry date",
    "Score",
    "Grade",
    "Evidence",
    "Comment",
    "Badge",
    "External ID",
    "Language",
    "Group",
]
PLACE = {heading: place for place, heading in enumerate(HEADER)}
TYPES = "a kind of identifier: emailAddress, did, userName, accountId, sourcedId, sisSourcedId, identifier"
PUBLIC = "a link that everybody can open"
LINK = "a link that begins with https://"
DID = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"

# What is put into a good row, and (column, code, got, expected) that must be told; got None: the cell itself.
Kind = tuple[dict[str, str], list[tuple[str, str, str | None, str]]]
KINDS_OF_ROWS: list[Kind] = [
    ({"Email": ""}, [("Email", "person.missing", "", "an email address, such as anna@example.org")]),
    ({"Email": "nobody"}, [("Email", "email.invalid", None, "an email address, such as anna@example.org")]),
    (
        {"Email": "a{n}@example.org, b{n}@example.org"},
        [("Email", "email.several", None, "one email address")],
    ),
    ({"Email": " p{n}@example.org "}, []),
    (
        {"Email": "\u00a0p{n}@example.org"},
        [("Email", "email.cleaned", "[NBSP]p{n}@example.org", "the address alone")],
    ),
    ({"Email": "mailto:p{n}@example.org"}, [("Email", "email.cleaned", None, "the address alone")]),
    ({"Email": '"Person" <p{n}@example.org>'}, [("Email", "email.cleaned", None, "the address alone")]),
    ({"Email": "P{n}UP@EXAMPLE.ORG"}, [("Email", "email.upper-case", None, "an address in small letters")]),
    ({"Email": "p{n}@gmial.com"}, [("Email", "email.near-miss", None, "a domain that exists")]),
    ({"Email": "p{n}@hotmial.com"}, [("Email", "email.near-miss", None, "a domain that exists")]),
    ({"Email": "p{n}@bücher.example"}, []),
    (
        {"Email": '"p {n}"@example.org'},
        [("Email", "email.unusual", None, "letters, digits and dots before the @")],
    ),
    ({"Email": "first@example.org"}, [("Email", "person.twice", None, "each person once")]),
    (
        {"Name": "First Person"},
        [("Name", "person.two-addresses", "First Person, p{n}@example.org", "one address for each person")],
    ),
    (
        {"Email": "holder{n}@example.org"},
        [("Email", "award.already-held", None, "a person who does not hold the badge yet")],
    ),
    (
        {"Email": "bounced{n}@example.org"},
        [("Email", "email.suppressed", None, "an address that accepts mail")],
    ),
    ({"Name": ""}, [("Name", "name.empty", "", "a name")]),
    ({"Name": "PERSON {n} CAPITALS"}, [("Name", "name.capitals", None, "a name in upper and lower case")]),
    ({"Name": "Family{n}, Given"}, [("Name", "name.swapped", None, "given name, then family name")]),
    ({"Name": "P"}, [("Name", "name.one-letter", None, "a whole name")]),
    ({"Name": "شخص {n}"}, []),
    ({"Name": "李小龍 {n}"}, []),
    ({"Name": "E\u0301mile {n} 🎓"}, []),
    ({"Name": "n" * 300}, [("Name", "name.too-long", None, "at most 200 characters")]),
    (
        {"Name": "Per\u200bson {n}"},
        [("Name", "name.invisible", "Per\\u200bson {n}", "characters that can be seen")],
    ),
    ({"Name": "=cmd|{n}!A1"}, [("Name", "cell.formula", None, "text that is not a formula")]),
    ({"Issue date": "03/04/2025"}, [("Issue date", "date.ambiguous", None, "2025-04-03 or 2025-03-04")]),
    ({"Issue date": "2025-02-30"}, [("Issue date", "date.impossible", None, "a day of the calendar")]),
    ({"Issue date": "2026-12-24"}, [("Issue date", "date.future", None, "a day up to 2026-11-25")]),
    ({"Issue date": "2126-12-24"}, [("Issue date", "date.too-far", None, "a day up to 2027-11-26")]),
    (
        {"Issue date": "2025-04-03 10:00"},
        [("Issue date", "date.no-zone", None, "a time with its zone, such as 10:00+02:00")],
    ),
    ({"Issue date": "someday"}, [("Issue date", "date.unreadable", None, "a date such as 2025-04-03")]),
    ({"Expiry date": "2025-01-01"}, [("Expiry date", "expiry.before-issue", None, "a day after 2025-04-03")]),
    ({"Score": "30,5"}, [("Score", "score.over-maximum", None, "at most 30")]),
    ({"Score": "4,5"}, []),
    ({"Score": "4.5"}, []),
    ({"Score": "85 %"}, [("Score", "score.percent", None, "a number up to 30")]),
    ({"Score": "many"}, [("Score", "score.unreadable", None, "a number such as 4.5")]),
    ({"Grade": "F"}, [("Grade", "grade.not-allowed", None, "one of A, B, C")]),
    ({"Evidence": "www.example.org/{n}"}, [("Evidence", "link.no-scheme", None, LINK)]),
    ({"Evidence": "http://10.0.0.1/{n}"}, [("Evidence", "link.private", None, PUBLIC)]),
    ({"Evidence": "https://localhost/{n}"}, [("Evidence", "link.private", None, PUBLIC)]),
    ({"Comment": "<b>Good</b> {n}"}, [("Comment", "text.html", None, "plain text or Markdown")]),
    ({"Comment": "<script>{n}</script>"}, [("Comment", "text.script", None, "text without script")]),
    ({"Comment": "A text\nof two lines\n{n}"}, []),
    ({"Badge": "Statistics"}, [("Badge", "achievement.ambiguous", None, "one of ST-1, ST-2")]),
    ({"Badge": "Latin"}, [("Badge", "achievement.archived", None, "a published achievement")]),
    ({"Badge": "Nothing"}, [("Badge", "achievement.unknown", None, "the name or code of an achievement")]),
    (
        {"Identifier": "{n}", "Identifier type": "passport"},
        [("Identifier type", "identifier.type-unknown", "passport", TYPES)],
    ),
    (
        {"Identifier": DID[:-1]},
        [
            (
                "Identifier",
                "identifier.did",
                None,
                "a DID that is whole: base58btc with the header of Ed25519, P-256 or P-384",
            )
        ],
    ),
    ({"External ID": "first"}, [("External ID", "external.twice", None, "each key once")]),
    ({"Language": "xx"}, [("Language", "locale.unknown", None, "a language: en, de, fr, es, ar")]),
    ({"Group": "Autumn"}, [("Group", "group.unknown", None, "a group: Spring")]),
    (
        {"Email": "", "Score": "31", "Evidence": "ftp://example.org/{n}"},
        [
            ("Email", "person.missing", "", "an email address, such as anna@example.org"),
            ("Score", "score.over-maximum", "31", "at most 30"),
            ("Evidence", "link.scheme", None, LINK),
        ],
    ),
]
# The lengths that would make every row unreadable here stand once.
LONG: list[Kind] = [
    (
        {"Evidence": "https://example.org/" + "x" * 2980},
        [("Evidence", "link.too-long", "…", "at most 2000 characters")],
    ),
    ({"Comment": "x" * 10_001}, [("Comment", "text.too-long", "…", "at most 10000 characters")]),
]


def good_row(number: int) -> dict[str, str]:
    return dict.fromkeys(HEADER, "") | {
        "Email": f"p{number}@example.org",
        "Name": f"Person N{number}",
        "Issue date": "2025-04-03",
        "Expiry date": "2030-04-03",
        "Score": "17",
        "Grade": "B",
        "Evidence": f"https://example.org/{number}",
        "Comment": "Well done.",
        "External ID": f"k{number}",
        "Language": "de",
        "Group": "Spring",
    }
