"""`python -m insignia`."""

import sys

from insignia.cli import main

if __name__ == "__main__":
    sys.exit(main())
