"""Certificates against what PDF/A-3b and PDF/UA-1 ask; and the check itself against broken files."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pikepdf
import pytest
from pdf_standards import findings
from test_pdf import DATA
from test_pdf_layouts import ARABIC, DRAWING, PEOPLE, SHAPES, look

from insignia_server.kit.pdf import CertificateData, Wording, certificate

THAI = replace(DATA, name="ศิริพร น้ำใส", criteria="สามารถวิเคราะห์ข้อมูลทางสถิติ", language="de")
SAYING = Wording(closing="{name}: {result}")


@cache
def made(shape: tuple[str, str, str], given: CertificateData) -> bytes:
    return certificate(given, look(*shape, logo=DRAWING, signatures=PEOPLE, wording=SAYING, ornament="rings"))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("given", [DATA, ARABIC, THAI], ids=["en", "ar", "th"])
def test_nothing_is_found(shape: tuple[str, str, str], given: CertificateData) -> None:
    raw = made(shape, given)
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        assert findings(pdf, raw) == []
        assert str(pdf.Root.Lang).split("-")[0] == given.language
        (spec,) = pdf.Root.AF
        assert (str(spec.AFRelationship), str(spec.EF.F.Subtype)) == ("/Source", "/application/vc")
        assert spec.EF.F.read_bytes() == given.credential


def _figure(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return next(
        one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
    )


def _drop(path: str) -> Callable[[pikepdf.Pdf], None]:
    def act(pdf: pikepdf.Pdf) -> None:
        *way, last = path.split(".")
        at = pdf.Root
        for name in way:
            at = at[f"/{name}"]
        del at[f"/{last}"]

    return act


def _loose(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.contents_add(b"0 0 1 1 re f")


def _without_map(pdf: pikepdf.Pdf) -> None:
    font = next(one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one)
    del font["/ToUnicode"]


def _action(pdf: pikepdf.Pdf) -> None:
    pdf.Root["/OpenAction"] = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="x"))


def _parent(pdf: pikepdf.Pdf) -> None:
    tree = pdf.Root.StructTreeRoot.ParentTree
    while "/Kids" in tree:
        tree = tree.Kids[0]
    known = next(one for one in tree.Nums if isinstance(one, pikepdf.Array))
    known[0] = pdf.Root.StructTreeRoot.K


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (_drop("OutputIntents"), "6.2.3"),
        (_drop("Metadata"), "6.6.2.1"),
        (_drop("AF"), "6.8"),
        (_drop("MarkInfo"), "7.1: MarkInfo"),
        (_drop("Lang"), "7.2"),
        (_drop("ViewerPreferences"), "DisplayDocTitle"),
        (_drop("StructTreeRoot"), "7.1: no structure"),
        (lambda pdf: pdf.Root.AF[0].EF.F.__delitem__("/Subtype"), "no MIME"),
        (lambda pdf: _figure(pdf).__delitem__("/Alt"), "7.3"),
        (lambda pdf: pdf.pages[0].obj.__delitem__("/Tabs"), "7.18.3"),
        (_loose, "neither in the structure"),
        (_without_map, "7.21.7"),
        (_action, "6.6.1"),
        (_parent, "14.7.4.4"),
    ],
)
def test_the_check_finds_what_is_broken(change: Callable[[pikepdf.Pdf], None], clause: str) -> None:
    with pikepdf.open(io.BytesIO(made(SHAPES[0], DATA))) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out)
    raw = out.getvalue()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        assert any(clause in one for one in findings(pdf, raw)), findings(pdf, raw)
