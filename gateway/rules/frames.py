"""What the pool and its workers say to each other, as MessagePack."""

from __future__ import annotations

from typing import Literal

import msgspec

from gateway.findings import Finding

# compile: prove that a Schematron file can be used; judge: by it; explain: what breaks an XML schema, in plain words;
# dtd: what breaks a DTD.
Verb = Literal["compile", "judge", "explain", "dtd"]


class Question(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """`rules` is the path of a .sch, .xsd or .dtd file, `seconds` after which nobody waits for the answer any more."""

    verb: Verb
    rules: str
    raw: bytes
    source: str
    seconds: float


class Answer(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    findings: tuple[Finding, ...]


def encode(value: Question | Answer) -> bytes:
    return msgspec.msgpack.encode(value)


read_question = msgspec.msgpack.Decoder(Question).decode
read_answer = msgspec.msgpack.Decoder(Answer).decode
