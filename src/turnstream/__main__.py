"""`python -m turnstream`, the same as the `turnstream` command."""

import sys

from turnstream.cli import main

sys.exit(main())
