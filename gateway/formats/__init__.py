"""Formats: `FORMATS` names the families of wire syntax; a dialect is a set of tables compiled by one of them."""

from gateway.formats.contract import Codec, Reading
from gateway.formats.dialects import CHANGES, FORMATS, Dialect, identify, load_dialects
from gateway.formats.proof import carried, example

__all__ = ["CHANGES", "FORMATS", "Codec", "Dialect", "Reading", "carried", "example", "identify", "load_dialects"]
