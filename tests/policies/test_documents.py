"""Policies of every kind of file become the same sentences, and hostile files one sentence of refusal."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from datamap import policies
from datamap.policies import Policy, documents
from datamap.sheets import Unreadable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

PLAIN = """Kowhai privacy notice
What we collect
We collect your name and your e-mail address. We keep them for two years.
We may share them with:
- our payment provider;
- our insurers.
Where it is held
All of it is held in New Zealand, e.g. in Wellington. It is not sold.
"""

WANTED = [
    ("What we collect", "", "We collect your name and your e-mail address."),
    ("What we collect", "", "We keep them for two years."),
    ("What we collect", "", "We may share them with:"),
    ("What we collect", "We may share them with:", "our payment provider;"),
    ("What we collect", "We may share them with:", "our insurers."),
    ("Where it is held", "", "All of it is held in New Zealand, e.g. in Wellington."),
    ("Where it is held", "", "It is not sold."),
]


def told(policy: Policy) -> list[tuple[str, str, str]]:
    return [(s.section, s.lead, s.text) for s in policy.sentences]


def docx(body: str, styles: str = "") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
        if styles:
            package.writestr("word/styles.xml", f'<w:styles xmlns:w="{W}">{styles}</w:styles>')
    return written.getvalue()


def paragraph(text: str, style: str = "", *, item: bool = False) -> str:
    marks = f'<w:pStyle w:val="{style}"/>' if style else ""
    marks += "<w:numPr/>" if item else ""
    return f"<w:p><w:pPr>{marks}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(*pages: str) -> bytes:
    """A PDF of pages of lines, written out by hand."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for page in pages:
        shown = " ".join(f"({line}) Tj T*" for line in page.split("\n"))
        stream = f"BT /F1 11 Tf 14 TL 50 780 Td {shown} ET"
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            f"/Resources << /Font << /F1 {font} >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    written = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    start = len(written)
    tail = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    return written + tail.encode()


def test_plain_text() -> None:
    policy = policies.read_text(PLAIN)
    assert (policy.kind, policy.file) == ("text", "pasted text.txt")
    assert told(policy) == WANTED
    assert [s.line for s in policy.sentences] == [3, 3, 4, 5, 6, 8, 8]
    assert policy.sentences[3].whole == "We may share them with: our payment provider;"
    assert policy.sentences[3].place == "What we collect, line 5"


def test_lists_that_lost_their_bullets() -> None:
    policy = policies.read_text("We use it:\n\n\nto bill you\n\n\nto answer you.\n\n\nWe keep it safe.\n")
    assert [(s.lead, s.text) for s in policy.sentences] == [
        ("", "We use it:"),
        ("We use it:", "to bill you"),
        ("We use it:", "to answer you."),
        ("", "We keep it safe."),
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "Privacy\n\nWe collect what you write to us and we keep it as long as the\nlaw wants it to be kept, which is seven years for most of what\n"
        "our accountants and our auditors want to see. It is kept in our\nown rooms in Wellington.\n"
        "\nWe use it to answer what you ask of us and for nothing else at\nall.\n"
    )
    policy = policies.read_text(text)
    assert [s.text for s in policy.sentences] == [
        "We collect what you write to us and we keep it as long as the law wants it to be kept, which is seven years for "
        "most of what our accountants and our auditors want to see.",
        "It is kept in our own rooms in Wellington.",
        "We use it to answer what you ask of us and for nothing else at all.",
    ]
    assert {s.section for s in policy.sentences} == {"Privacy"}


def test_lists_that_only_stand_further_in() -> None:
    text = (
        "Privacy\n\nWe may disclose what we hold about you, in New Zealand and also elsewhere, to:\n\n"
        "    those who help us to send out the parcels that you have ordered from our\n    shop;\n"
        "    our insurers; and\n    The people who audit us\n    Nobody else.\n\n"
        "We keep what we hold for as long as the law wants it to be kept and never\nlonger than that.\n"
    )
    found = policies.read_text(text).sentences
    assert [(bool(s.lead), s.text) for s in found] == [
        (False, "We may disclose what we hold about you, in New Zealand and also elsewhere, to:"),
        (True, "those who help us to send out the parcels that you have ordered from our shop;"),
        (True, "our insurers; and"),
        (True, "The people who audit us"),
        (True, "Nobody else."),
        (False, "We keep what we hold for as long as the law wants it to be kept and never longer than that."),
    ]


def test_markdown() -> None:
    text = (
        "---\ntitle: x\n---\n# Kowhai\n\n## What we collect\n\nWe collect your **name** and your [e-mail address](https://a.example)."
        " We keep them for two years.\n\nWe may share them with:\n\n* our payment provider;\n* our insurers.\n\n"
        "Where it is held\n----------------\n\nAll of it is held in New Zealand, e.g. in Wellington. It is not sold.\n\n"
        "| Provider | Country |\n| --- | --- |\n| Stripe | US |\n\n```\nWe sell it.\n```\n"
    )
    policy = policies.read_bytes("policy.md", text.encode())
    assert told(policy)[:-1] == WANTED
    assert policy.sentences[-1].in_table
    assert policy.sentences[-1].text == "Stripe | US"
    assert policy.sentences[0].under == ("Kowhai", "What we collect")


def test_html() -> None:
    page = (
        "<!doctype html><html><head><title>t</title><style>p{}</style></head><body><nav><p>Menu of the site.</p></nav>"
        "<h1>Kowhai</h1>\n<h2>What we collect</h2><p>We collect your <b>name</b> and your e-mail&nbsp;address. We keep them for two "
        "years.</p><p>We may share them with:</p><ul><li>our payment provider;</li><li>our insurers.</li></ul>"
        "<h2>Where it is held</h2><p hidden>We sell it.</p><script>We sell it.</script><p>All of it is held in New Zealand, "
        "e.g. in Wellington. It is not sold.</p></body></html>"
    )
    policy = policies.read_bytes("policy.html", page.encode())
    assert policy.kind == "html"
    assert told(policy) == WANTED


def test_html_that_hides_nothing_but_a_form_is_read() -> None:
    page = "<html><body><form><p>" + "We collect your name when you write to us. " * 8 + "</p></form></body></html>"
    assert len(policies.read_bytes("p.htm", page.encode()).sentences) == 8


@pytest.mark.parametrize("styled", [True, False])
def test_docx(styled: bool) -> None:
    title = "Titre1" if styled else ""
    styles = '<w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style>' if styled else ""
    body = (
        paragraph("What we collect", title)
        + paragraph("We collect your name and your e-mail address. We keep them for two years.")
        + paragraph("We may share them with:")
        + paragraph("our payment provider;", item=True)
        + paragraph("our insurers.", item=True)
        + paragraph("Where it is held", title)
        + "<w:p><w:r><w:t>All of it is held in New Zealand, </w:t></w:r><w:del><w:r><w:t>or sold, </w:t></w:r></w:del>"
        "<w:r><w:t>e.g. in Wellington. It is not sold.</w:t></w:r></w:p>"
    )
    policy = policies.read_bytes("policy.docx", docx(body, styles))
    assert policy.kind == "docx"
    assert told(policy) == WANTED


def test_pdf_has_pages() -> None:
    policy = policies.read_bytes(
        "policy.pdf",
        pdf(
            "What we collect\nWe collect your name and your e-mail address. We keep\nthem for two years.\nPage 1 of 2",
            "Where it is held\nAll of it is held in New Zealand, e.g. in Wellington. It is\nnot sold.\nPage 2 of 2",
        ),
    )
    assert policy.kind == "pdf"
    assert told(policy) == [WANTED[0], WANTED[1], WANTED[5], WANTED[6]]
    assert [(s.page, s.line) for s in policy.sentences] == [(1, None), (1, None), (2, None), (2, None)]
    assert policy.sentences[-1].place == "Where it is held, page 2"


def bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"<a>" + b"x" * 300_000_000)
    return written.getvalue()


REFUSED = [
    ("empty.txt", b"", "is empty"),
    ("blank.md", b" \n \n", "is empty"),
    ("picture.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "is a PNG image, not a policy"),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Word 97"),
    ("scan.pdf", pdf(""), "is a picture of text"),
    ("torn.pdf", b"%PDF-1.4\nnothing of the kind", "is damaged or oddly made"),
    ("torn.docx", b"PK\x03\x04torn", "is damaged or cut short"),
    ("nothing.docx", docx("<w:p/>"), "holds no text"),
    ("rich.txt", b"{\\rtf1 hello}", "is a rich text document"),
    ("mail.html", b"MIME-Version: 1.0\r\n\r\n<html>", "MHTML"),
    ("binary.txt", bytes(range(256)) * 40, "is not text, whatever its name says: give the policy as .txt"),
    ("noise.pdf", bytes(range(256)) * 40, "is no PDF, whatever its name says: give the policy as .txt"),
    ("noise.docx", bytes(range(256)) * 40, "is no document of Word, whatever its name says: give the policy as .txt"),
    ("bomb.docx", bomb(), "unpacks to more than"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "says"), REFUSED, ids=[name for name, _, _ in REFUSED])
def test_what_cannot_be_read_is_refused_in_one_sentence(name: str, data: bytes, says: str) -> None:
    suffix = name if name != "mail.html" else "mail.txt"
    with pytest.raises(Unreadable) as refused:
        policies.read_bytes(suffix, data)
    message = str(refused.value)
    assert says in message
    assert message.startswith(suffix)
    assert message.endswith(".")
    assert "\n" not in message


def test_a_document_type_is_never_followed() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        entity = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
        package.writestr(
            "word/document.xml", f'{entity}<w:document xmlns:w="{W}"><w:p><w:t>&b;</w:t></w:p></w:document>'
        )
    with pytest.raises(Unreadable, match="declares XML entities"):
        policies.read_bytes("x.docx", written.getvalue())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="was not found"):
        policies.read(tmp_path / "no.txt")
    with pytest.raises(Unreadable, match="is not a file"):
        policies.read(tmp_path)


def test_text_beyond_all_measure_is_refused() -> None:
    with pytest.raises(Unreadable, match="which no policy does"):
        policies.read_text("We collect your name. " * 40_000)


def test_the_same_file_is_always_read_alike() -> None:
    assert policies.read_text(PLAIN) == policies.read_text(PLAIN)


@pytest.mark.parametrize("name", ["items.md", "lines.txt"])
def test_more_sentences_than_any_policy_has_are_refused_in_one_sentence(name: str) -> None:
    lead = "We disclose to:\n\n" if name == "items.md" else ""
    entry = "- a\n" if name == "items.md" else "We collect it.\n"
    with pytest.raises(Unreadable, match=r"^\S+ holds more than 5,000 sentences, .*\.$"):
        policies.read_bytes(name, (lead + entry * (documents.SENTENCES + 1)).encode())
    assert policies.read_bytes(name, (lead + entry * 100).encode()).sentences


def test_a_paragraph_without_an_end_is_cut_by_length() -> None:
    """Once quadratic: nothing ends after a single capital, and all before it was looked through at every full stop."""
    read = policies.read_text("A. " * 150_000 + "We collect your name. We keep it.")
    assert read.sentences[-1].text == "We keep it."
    assert max(len(s.text) for s in read.sentences) <= 2_000
