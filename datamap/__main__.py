"""`python -m datamap`: the same as `datamap`."""

import sys

from datamap.cli import main

if __name__ == "__main__":
    sys.exit(main())
