"""`python -m turnstream`, the same as the `turnstream` command."""

import sys

from turnstream.cli import main

if __name__ == "__main__":  # a worker of `turnstream serve` imports this file, too
    sys.exit(main())
