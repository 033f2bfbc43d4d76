"""`python -m insignia_server.command`."""

import sys

from insignia_server.command import main

sys.exit(main())
