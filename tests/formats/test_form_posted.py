"""What shops' pages post: cXML, OCI and T77 out of forms of every kind, and what is refused with what to do."""

from __future__ import annotations

import base64
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.findings import Rejected
from gateway.formats.form.body import MAX_FIELDS, joined, split
from gateway.formats.form.posted import posted

FORM = "application/x-www-form-urlencoded"
CXML = b'<?xml version="1.0"?>\n<cXML payloadID="1@shop.example"><Message/></cXML>'
LATIN = '<?xml version="1.0" encoding="ISO-8859-1"?><cXML>Handske, blå</cXML>'
quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def refusal(kind: str, media_type: str, body: bytes, charset: str = "iso-8859-1") -> str:
    with pytest.raises(Rejected) as refused:
        posted(kind, media_type, body, charset)
    return str(refused.value)


def form(name: str, content: bytes) -> bytes:
    return f"{name}={quote_plus(content)}".encode()


@pytest.mark.parametrize(
    "name", ["cxml-urlencoded", "cXML-urlencoded", "CXML-URLENCODED", "cxml_urlencoded", "hidden-cxml-urlencoded"]
)
def test_the_field_of_urlencoded_cxml_may_be_written_in_any_case(name):
    assert posted("cxml", FORM, form(name, CXML)) == CXML
    assert posted("cxml", f"{FORM}; charset=UTF-8", b"a=1&" + form(name, CXML) + b"&submit=OK") == CXML


def test_urlencoded_cxml_declares_an_encoding_that_the_form_has_undone():
    said = posted("cxml", FORM, form("cxml-urlencoded", LATIN.encode()))
    assert said == '<?xml version="1.0"?><cXML>Handske, blå</cXML>'.encode()
    told = posted("cxml", f"{FORM};charset=iso-8859-1", form("cxml-urlencoded", LATIN.encode("latin-1")))
    assert told == said
    hidden = form("cxml-urlencoded", LATIN.encode("latin-1")) + b"&_charset_=windows-1252"
    assert posted("cxml", FORM, hidden) == said
    assert "byte 0xe5 is not utf-8; state the shop's own charset" in refusal(
        "cxml", FORM, form("cxml-urlencoded", LATIN.encode("latin-1"))
    )


def test_cxml_that_the_page_has_encoded_twice_is_read():
    twice = b"cxml-urlencoded=" + quote(quote(CXML)).encode()
    assert posted("cxml", FORM, twice) == CXML


@pytest.mark.parametrize("plus", [True, False])
def test_base64_survives_a_page_that_forgets_to_encode_its_pluses(plus):
    document = b"<cXML>" + bytes(range(0xF8, 0x100)) * 30 + b"</cXML>"
    text = base64.encodebytes(document).decode()
    assert "+" in text
    body = f"cXML-base64={quote(text, safe='+' if plus else '')}".encode()
    assert posted("cxml", FORM, body) == document


def test_base64_that_is_none_says_where_and_what_to_do():
    said = refusal("cxml", FORM, b"cxml-base64=PD94b&x=1")
    assert said.startswith("cxml-base64: this is no base64")
    assert "cxml-urlencoded [form-base64]" in said
    assert "holds is no XML document" in refusal("cxml", FORM, b"cxml-base64=aGVq")
    assert "[form-twice]" in refusal(
        "cxml", FORM, form("cxml-urlencoded", CXML) + b"&" + form("cXML-urlencoded", b"<a/>")
    )


def test_a_form_without_the_field_names_those_that_it_has():
    said = refusal("cxml", FORM, b"basket=1&OK=Send")
    assert "no field of the form holds cxml-urlencoded or cxml-base64; it has: basket, OK" in said


@pytest.mark.parametrize("media_type", ["text/xml", "application/xml; charset=utf-8", "", FORM, "text/plain"])
def test_a_raw_body_is_a_document_whatever_its_type(media_type):
    assert posted("cxml", media_type, CXML) == CXML
    assert posted("peppol", media_type, b"\xef\xbb\xbf" + CXML) == b"\xef\xbb\xbf" + CXML
    assert "[form-media]" in refusal("oci", media_type, CXML)


def multipart(*fields: tuple[str, bytes], boundary: str = "----shop") -> bytes:
    pieces = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields
    ]
    return b"".join(pieces) + f"--{boundary}--\r\n".encode()


def test_multipart_forms_are_read_as_well():
    kind = "multipart/form-data; boundary=----shop"
    assert posted("cxml", kind, multipart(("x", b"1"), ("cXML-urlencoded", CXML))) == CXML
    body = multipart(("NEW_ITEM-DESCRIPTION[1]", "Blå".encode("latin-1")), ("_charset_", b"ISO-8859-1"))
    assert b"NEW_ITEM-DESCRIPTION[1]=Bl%C3%A5" in posted("oci", kind, body)
    assert "no boundary" in refusal("cxml", "multipart/form-data", body)
    assert "the last part has no end" in refusal("cxml", kind, body[:-6])
    assert "does not say the name" in refusal("cxml", kind, body.replace(b"; name=", b"; nome="))


OCI = "NEW_ITEM-DESCRIPTION[1]=%s&NEW_ITEM-QUANTITY[1]=1.000"


@pytest.mark.parametrize(
    ("media_type", "more", "charset", "encoded"),
    [
        (FORM, "", "iso-8859-1", "iso-8859-1"),
        (FORM, "", "utf-8", "utf-8"),
        (f"{FORM}; charset=UTF-8", "", "iso-8859-1", "utf-8"),
        (FORM, "&_charset_=utf-8", "iso-8859-1", "utf-8"),
        (f"{FORM}; charset=UTF-8", "&_charset_=windows-1252", "utf-8", "cp1252"),
    ],
)
def test_the_charset_is_the_forms_own_or_else_the_shops(media_type, more, charset, encoded):
    body = (OCI % quote_plus("Blå handske".encode(encoded)) + more).encode()
    assert b"=Bl%C3%A5+handske&" in posted("oci", media_type, body, charset)


def test_a_browser_says_in_numbers_what_its_charset_has_no_sign_for():
    body = (OCI % quote_plus(b"R\xf6r &#8960; 20 &#229; \x80")).encode()
    assert quote_plus("Rör ⌀ 20 &#229; €").encode() in posted("oci", FORM, body)


def test_a_wrong_charset_is_refused_with_what_to_state():
    utf_8 = (OCI % quote_plus("Blå")).encode()
    assert "'BlÃ¥' is UTF-8 read as cp1252; state charset: utf-8 for the shop [form-charset]" in refusal(
        "oci", FORM, utf_8
    )
    latin = (OCI % "Bl%E5").encode()
    assert "byte 0xe5 is not utf-8" in refusal("oci", FORM, latin, "utf-8")
    assert "the charset 'utf-7' is not read" in refusal("oci", f"{FORM}; charset=utf-7", latin)


def test_names_and_values_are_tidied():
    body = b"new_item-vendormat [1]=77-1203   &NEW_ITEM-LONGTEXT_1:132[]=a%0D%0Ab"
    assert posted("oci", FORM, body) == (b"NEW_ITEM-vendormat+[1]=77-1203&NEW_ITEM-LONGTEXT_1:132[]=a%0Ab")


def test_nothing_chosen_is_one_thing_and_another_shape_is_another():
    assert posted("oci", FORM, b"") == b"NEW_ITEM="
    assert posted("oci", FORM, b"~OkCode=ADDI&submit=Tillbaka").startswith(b"NEW_ITEM=&~OkCode=ADDI")
    assert "is it an OCI shop?" in refusal("oci", FORM, b"ITEM_DESCRIPTION[1]=Penna")
    assert "as XML; have it post the fields" in refusal("oci", FORM, b"~xmlDocument=PD94bWw%2B")
    assert "is no field: a form is written name=value" in refusal("oci", FORM, b"hello")
    assert "before no two hexadecimal digits" in refusal("oci", FORM, b"NEW_ITEM-DESCRIPTION[1]=100% bomull")
    assert "null character" in refusal("oci", FORM, b"NEW_ITEM-UNIT[1]=E%00A")


def test_a_catalogue_of_peppol_comes_in_base64_under_any_name():
    document = b"<Catalogue>" + b"x" * 100 + b"</Catalogue>"
    plain = base64.b64encode(document)
    for body in (b"doc=" + plain, urlencode({"session": "1", "PunchOutXml": plain}).encode(), plain):
        assert posted("peppol", FORM, body) == document
    assert posted("peppol", FORM, form("xml", document)) == document
    assert "no field of the form holds a T77 document in base64; it has: a, b" in refusal("peppol", FORM, b"a=1&b=aGVq")
    assert "[form-twice]" in refusal("peppol", FORM, b"a=" + plain + b"&b=" + base64.b64encode(b"<Catalogue>other"))


@pytest.mark.parametrize("kind", ["cxml", "oci", "peppol"])
def test_what_is_too_much_is_refused_before_it_is_read(kind):
    assert "at most 20000000 are read" in refusal(kind, FORM, b"a" * 20_000_001)
    assert f"at most {MAX_FIELDS} are read" in refusal(kind, FORM, b"a=&" * (MAX_FIELDS + 1))
    parts = b"\r\n--b\r\n" * (MAX_FIELDS + 1)
    assert f"at most {MAX_FIELDS} are read" in refusal(kind, "multipart/form-data; boundary=b", parts)


@pytest.mark.parametrize("kind", ["cxml", "oci", "peppol"])
@quick
@given(
    media_type=st.sampled_from([FORM, "", "multipart/form-data; boundary=b", "text/xml", f"{FORM};charset=utf-16"])
    | st.text(max_size=20),
    body=st.binary(max_size=200)
    | st.builds(
        lambda name, value: name + b"=" + quote_plus(value).encode(),
        st.sampled_from(
            [b"cxml-base64", b"cxml-urlencoded", b"NEW_ITEM-UNIT[1]", b"~xmlDocument", b"_charset_", b"--b"]
        ),
        st.binary(max_size=60),
    ),
    charset=st.sampled_from(["utf-8", "iso-8859-1", "klingon"]),
)
def test_garbage_is_a_document_or_rejected_and_nothing_else(kind, media_type, body, charset):
    try:
        assert isinstance(posted(kind, media_type, body, charset), bytes)
    except Rejected as refused:
        assert refused.findings
        assert all(finding.fatal for finding in refused.findings)


@pytest.mark.parametrize("ahead", range(99_990, 100_003))
def test_a_long_form_is_undone_whole_wherever_it_is_cut(ahead):
    assert split(b"a" * ahead + b"=%C3%A5%C3%A4x") == [(b"a" * ahead, "åäx".encode())]
    assert split(b"a=" + b"%41" * (ahead // 3)) == [(b"a", b"A" * (ahead // 3))]


_names = st.from_regex(r"NEW_ITEM-[A-Z_]{1,10}\[[1-9]\]", fullmatch=True)
_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20).map(
    lambda text: text.rstrip(" ")
)


@quick
@given(st.lists(st.tuples(_names, _texts), min_size=1, max_size=8))
def test_what_is_tidy_already_stays_as_it_is(pairs):
    body = joined(pairs)
    assert posted("oci", f"{FORM}; charset=utf-8", body) == body
    boundary = "b" * 40
    whole = multipart(*((name, text.encode()) for name, text in pairs), boundary=boundary)
    assert posted("oci", f"multipart/form-data; boundary={boundary}", whole, "utf-8") == body


@quick
@given(st.binary(max_size=200).map(lambda inside: b"<a>" + inside))
def test_a_document_in_base64_comes_back_byte_for_byte(document):
    text = base64.b64encode(document)
    assert posted("cxml", FORM, urlencode({"cxml-base64": text}).encode()) == document
    assert posted("cxml", FORM, b"cxml-base64=" + text.replace(b"=", b"%3D")) == document
