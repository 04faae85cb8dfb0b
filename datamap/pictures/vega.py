"""Vega's drawing as a child process: a specification or an SVG on standard input, a picture on standard output.

Run by path (`python -P vega.py TASK FONTS`), never imported: it loads nothing of datamap. Whatever is drawn brings its
data with it; every address that it might name is refused.
"""

from __future__ import annotations

import json
import sys


def main(task: str, fonts: str) -> None:
    import vl_convert

    vl_convert.register_font_directory(fonts)
    given = sys.stdin.buffer.read().decode("utf-8")
    match task:
        case "svg":
            drawn = vl_convert.vegalite_to_svg(json.loads(given), allowed_base_urls=[]).encode()
        case "png":
            drawn = vl_convert.svg_to_png(given, scale=2)
        case _:
            drawn = vl_convert.svg_to_pdf(given)
    sys.stdout.buffer.write(drawn)


if __name__ == "__main__":
    main(*sys.argv[1:])
