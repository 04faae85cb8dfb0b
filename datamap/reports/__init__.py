"""A report for people who read on paper: contents, pictures, findings, questions to ask, and the law relied on.

`report` says what stands in it, once; `word` and `pdf` write that and nothing else.
"""

from __future__ import annotations

from datamap.assessment import Assessment
from datamap.reports.blocks import Report
from datamap.reports.content import report
from datamap.views import Selection

__all__ = ["ENDINGS", "Report", "report", "report_bytes"]

ENDINGS = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
}
"""The kinds of file that a report can be, with their media types."""


def report_bytes(assessment: Assessment, ending: str, selection: Selection | None = None) -> bytes:
    """The report as a Word file or a PDF: `ending` is one of `ENDINGS`. The same assessment gives the same bytes.

    Raises ValueError for another ending, and `PictureFailed` when a picture cannot be laid out.
    """
    if ending not in ENDINGS:
        raise ValueError(f"A report can be written as {', '.join(ENDINGS)}, not as “{ending}”.")
    from datamap.reports.pdf import pdf_bytes
    from datamap.reports.word import word_bytes

    write = word_bytes if ending == ".docx" else pdf_bytes
    return write(report(assessment, selection))
