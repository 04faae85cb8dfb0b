"""`python -m datamap`, and what the command `datamap` runs: the command line, with Ctrl-C answered from the first moment."""

import gc
import sys


def main() -> int:
    """As `cli.main`. A stop that comes while it is still being imported ends in its sentence too."""
    gc.set_threshold(100_000)  # what starting makes is kept, so that looking through it often finds nothing
    try:
        from datamap.cli import main as command_line

        return command_line()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped before it was done.\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
