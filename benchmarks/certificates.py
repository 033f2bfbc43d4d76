"""How many certificates one process typesets a second, and what they weigh.

    python benchmarks/certificates.py [--count N]

Each layout with a logo, two signatures, criteria and skills; another name and address each time, as a ZIP of
many has them. Then what is drawn as outlines: an Arabic name, and a certificate all in Arabic. CPU seconds,
so that a busy machine tells the same; the largest memory of the process at the end.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings

import insignia_server


def main() -> None:
    """Print one line for each layout."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--count", type=int, default=100)
    count = options.parse_args().count
    locale = Path(insignia_server.__file__).with_name("locale")
    settings.configure(USE_I18N=True, USE_TZ=True, LANGUAGE_CODE="en", LOCALE_PATHS=[locale])
    django.setup()
    from insignia_server.kit.pdf import LAYOUTS, CertificateData, Look, Signature, certificate
    from insignia_server.kit.pictures import read_picture

    drawing = read_picture(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 90" width="300" height="90">'
        b'<path d="M10 70C40-20 60 120 90 40" fill="none" stroke="#000" stroke-width="4"/></svg>'
    )
    badge = read_picture(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512">'
        b'<circle cx="256" cy="256" r="240" fill="#0f6b57"/><path d="M120 340l90-120 60 70z"/></svg>'
    )

    english: dict[str, Any] = {
        "achievement": "Data Literacy Practitioner",
        "issuer": "Nordhaven University",
        "criteria": "Finds and cleans data.\n\n- A portfolio\n- An oral defence",
        "skills": ("Data cleaning", "Statistics", "Visualisation"),
    }
    arabic: dict[str, Any] = {
        "achievement": "ممارس محو أمية البيانات",
        "issuer": "جامعة نوردهافن",
        "criteria": "يجد البيانات وينظفها.\n\n- ملف من ثلاثة تحليلات\n- دفاع شفهي",
        "skills": ("تنظيف البيانات", "الإحصاء", "التصوير البياني"),
        "language": "ar",
    }

    def data(name: str, number: int, **texts: Any) -> CertificateData:
        return CertificateData(
            name=f"{name} {number}",
            issued_on=dt.date(2026, 3, 12),
            page_url=f"https://badges.nordhaven.example/badges/01975b2e-4c1f-7d0a-9a44-{number:012d}/",
            badge=badge,
            credential=b'{"a":"' + b"x" * 3000 + b'"}',
            **{**english, **texts},
        )

    cases: list[tuple[str, str, str, dict[str, Any]]] = [
        *((layout, layout, "Amélie Okonkwo-Brandt", {}) for layout in LAYOUTS),
        ("Arabic name", "classic", "محمد بن عبد الله", {}),
        ("all in Arabic", "classic", "محمد بن عبد الله", arabic),
    ]
    for case, layout, name, texts in cases:
        usual = LAYOUTS[layout].usual
        people = (Signature(name="A", picture=drawing), Signature(name="B"))
        look = Look(layout=layout, orientation=usual, logo=drawing, signatures=people)
        certificate(data(name, 0, **texts), look)
        wall, cpu = time.perf_counter(), time.process_time()
        size = sum(len(certificate(data(name, number, **texts), look)) for number in range(1, count + 1))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(
            f"{case:16} {count / cpu:6.1f} a CPU second, {count / wall:6.1f} a second, "
            f"{size / count / 1024:5.0f} KB each"
        )
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
