"""How many certificates one process typesets a second, and what they weigh.

    python benchmarks/certificates.py [--count N]

Each layout with a logo, two signatures, criteria and skills; another name and address each time, as a ZIP of
many has them. Then names that are drawn as outlines (Arabic). CPU seconds, so that a busy machine tells the
same; the largest memory of the process at the end.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import time

import django
from django.conf import settings


def main() -> None:
    """Print one line for each layout."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--count", type=int, default=100)
    count = options.parse_args().count
    settings.configure(USE_I18N=True, USE_TZ=True, LANGUAGE_CODE="en")
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

    def data(name: str, number: int) -> CertificateData:
        return CertificateData(
            name=f"{name} {number}",
            achievement="Data Literacy Practitioner",
            issuer="Nordhaven University",
            issued_on=dt.date(2026, 3, 12),
            page_url=f"https://badges.nordhaven.example/badges/01975b2e-4c1f-7d0a-9a44-{number:012d}/",
            badge=badge,
            credential=b'{"a":"' + b"x" * 3000 + b'"}',
            criteria="Finds and cleans data.\n\n- A portfolio\n- An oral defence",
            skills=("Data cleaning", "Statistics", "Visualisation"),
        )

    cases = [(layout, layout, "Amélie Okonkwo-Brandt") for layout in LAYOUTS]
    for case, layout, name in [*cases, ("classic, Arabic", "classic", "محمد بن عبد الله")]:
        usual = LAYOUTS[layout].usual
        people = (Signature(name="A", picture=drawing), Signature(name="B"))
        look = Look(layout=layout, orientation=usual, logo=drawing, signatures=people)
        certificate(data(name, 0), look)
        wall, cpu = time.perf_counter(), time.process_time()
        size = sum(len(certificate(data(name, number), look)) for number in range(1, count + 1))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(
            f"{case:16} {count / cpu:6.1f} a CPU second, {count / wall:6.1f} a second, "
            f"{size / count / 1024:5.0f} KB each"
        )
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
