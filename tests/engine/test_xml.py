"""Foreign XML: what is read, what is refused, and that every refusal tells how to mend the file."""

import gzip

import pytest

from engine import errors, xml

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def refusal(data: bytes) -> errors.Invalid:
    with pytest.raises(errors.Invalid) as caught:
        xml.parse(data)
    assert caught.value.zh and all(caught.value.details["mend"])
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_utf_8_and_utf_16_are_read_with_and_without_a_byte_order_mark(encoding):
    declared = "UTF-16" if "16" in encoding else "UTF-8"
    data = f'<?xml version="1.0" encoding="{declared}"?><a>投诉</a>'.encode(encoding)
    assert xml.parse(data).text == "投诉"


@pytest.mark.parametrize("encoding", ["GBK", "GB2312", "GB18030", "windows-1252", "ISO-8859-1", "US-ASCII"])
def test_encodings_of_old_modelers_are_read_as_declared(encoding):
    words = "投诉" if encoding.startswith("GB") else "ascii" if encoding == "US-ASCII" else "Grüße"
    data = f'<?xml version="1.0" encoding="{encoding}"?><a>{words}</a>'.encode(encoding)
    assert xml.parse(data).text == words
    assert xml.parse(xml.clean(data)).text == words


@pytest.mark.parametrize("encoding", ["UTF-7", "EBCDIC-CP-US", "rot13", "nonsense"])
def test_another_declared_encoding_is_refused_by_its_name(encoding):
    data = f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode()
    assert encoding.lower() in str(refusal(data))


def test_a_byte_order_mark_outweighs_the_declaration():
    assert xml.parse('\ufeff<?xml version="1.0" encoding="GBK"?><a>投诉</a>'.encode()).text == "投诉"


def test_bytes_that_are_no_text_are_refused_with_their_place():
    assert "byte 4" in str(refusal(b"<a>\xff</a>"))


@pytest.mark.parametrize(
    "data", [b"", b"  \n", gzip.compress(b"<a/>", mtime=0), b"\x89PNG\r\n\x1a\n\0\0", b"<a>", b"<a/><b/>", b"words"]
)
def test_what_is_not_one_whole_xml_document_is_refused(data):
    refusal(data)


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_encoding(head, encoding):
    assert "DOCTYPE" in str(refusal(f"{head}<a>&x;</a>".encode(encoding)))


def test_an_undeclared_entity_is_refused():
    refusal(b"<a>&x;</a>")


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" + b"<b/>" * xml.MAX_ELEMENTS + b"</a>",
        b"<a>" * (xml.MAX_DEPTH + 1) + b"</a>" * (xml.MAX_DEPTH + 1),
        b"<a>" * 100_000 + b"</a>" * 100_000,
        b"<a " + b" ".join(b'x%d=""' % n for n in range(xml.MAX_ATTRIBUTES + 1)) + b"/>",
        b"<a>" + b"x" * (xml.MAX_TEXT + 1) + b"</a>",
        b'<a x="' + b"x" * (xml.MAX_TEXT + 1) + b'"/>',
        b"<a>" + b" " * xml.MAX_BYTES + b"</a>",
    ],
    ids=["elements", "depth", "extreme depth", "attributes", "text", "attribute text", "bytes"],
)
def test_what_is_too_large_is_refused(data):
    refusal(data)


def test_the_limits_themselves_are_allowed():
    assert len(xml.parse(b"<a>" + b"<b/>" * (xml.MAX_ELEMENTS - 1) + b"</a>")) == xml.MAX_ELEMENTS - 1
    assert xml.parse(b"<a>" * xml.MAX_DEPTH + b"</a>" * xml.MAX_DEPTH) is not None


def test_a_comment_cannot_hide_part_of_a_text():
    assert xml.parse(b"<a>x = 1<!-- harmless --> or true</a>").text == "x = 1 or true"


def test_processing_instructions_are_noticed_and_never_served():
    data = f'{HEAD}<?xml-stylesheet href="javascript:alert(1)"?><a><!-- note -->字</a>'.encode()
    assert xml.instructions(data)
    assert not xml.instructions(f"{HEAD}<a/>".encode())
    served = xml.clean(data)
    assert b"stylesheet" not in served and xml.parse(served).text == "字"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<a>办</a>".encode(), "utf-8"),
        ("\ufeff<?xml version='1.0'?><a>办</a>".encode(), "utf-8"),
        ("<?xml version='1.0' encoding='GBK'?><a>办</a>".encode("gbk"), "gbk"),
        ("\ufeff<a>办</a>".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_the_source_is_the_whole_text_and_can_be_written_back(data, encoding):
    text, found = xml.source(data)
    assert (found, text.encode(found)) == (encoding, data)
    assert text.endswith("<a>办</a>")
