"""What changed between two versions."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from insignia_server.achievements.definition import Alignment, Assessment, Definition, Expiry
from insignia_server.achievements.differences import Difference, Piece, differences, shown

BEFORE = Definition(
    name="Data Literacy",
    description="Reads data.",
    tags=("a", "b"),
    ects=3.0,
    assessment=Assessment(methods=("test",)),
    alignments=(Alignment(target_name="one", target_url="https://x.example/1"),),
)


def test_nothing_changed() -> None:
    assert differences(BEFORE, BEFORE) == []


def test_each_field_in_the_order_of_the_table() -> None:
    after = replace(
        BEFORE,
        description="Reads data well.",
        tags=("a", "c"),
        ects=2.5,
        assessment=Assessment(methods=("test", "portfolio")),
        alignments=(),
        expiry=Expiry(kind="period", months=3),
        evidence_required=True,
        eqf_level=5,
    )
    assert [(one.path, one.before, one.after) for one in differences(BEFORE, after)] == [
        ("description", "Reads data.", "Reads data well."),
        ("tags", "a\nb", "a\nc"),
        ("assessment.methods", "Test or quiz", "Test or quiz\nPortfolio"),
        ("ects", "3", "2.5"),
        ("eqf_level", "", "5"),
        ("alignments", "one · https://x.example/1", ""),
        ("expiry", "without end", "for 3 months"),
        ("evidence_required", "no", "yes"),
    ]


def test_word_by_word() -> None:
    one = Difference("description", "Description", "Reads old data.", "Reads new data.")
    assert one.pieces == [
        Piece("same", "Reads "),
        Piece("gone", "old"),
        Piece("new", "new"),
        Piece("same", " data."),
    ]


def test_very_long_texts_are_shown_whole() -> None:
    one = Difference("criteria", "Criteria", "a " * 3000, "b " * 3000)
    assert [piece.kind for piece in one.pieces] == ["gone", "new"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_hold_both_texts(before: str, after: str) -> None:
    pieces = Difference("x", "X", before, after).pieces
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_terms_are_shown_by_their_names() -> None:
    assert shown(Definition(achievement_type="MicroCredential"), "achievement_type") == "Micro-credential"
    assert shown(Definition(achievement_type="ext:Workshop"), "achievement_type") == "ext:Workshop"
