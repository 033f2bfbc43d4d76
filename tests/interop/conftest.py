"""The interoperability tests use the document strategies of the library's tests, and drive a browser."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "library"), str(TESTS / "browser")]
