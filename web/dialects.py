"""The mapping tables, for pages that read or write documents."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from gateway.formats import Dialect, load_dialects
from gateway.settings import mapping_texts


def dialects_of(request: Request) -> Mapping[str, Dialect]:
    """The mapping tables, compiled once per program."""
    state = request.app.state
    if not hasattr(state, "dialects"):
        state.dialects = load_dialects(mapping_texts(state.settings))
    found: Mapping[str, Dialect] = state.dialects
    return found
