"""XSLT 3.0 by Saxon, behind two functions. Its native runtime wants one thread: the only one of a worker process.

Programs ask the pool. Whoever uses this directly (the worker, tests, the bench) does so from one thread.
"""

from __future__ import annotations

import functools
from typing import Any


class TransformFailed(Exception):
    """Saxon could not compile or run a stylesheet; the text is its own."""


class Stylesheet:
    """A compiled stylesheet. Held by its owner and used through `transform` only."""

    def __init__(self, executable: Any) -> None:
        self.executable = executable


@functools.cache
def _processor() -> Any:
    import saxonche

    return saxonche.PySaxonProcessor(license=False)


def compile_stylesheet(text: str) -> Stylesheet:
    """Compile; about 0.3 s for the rules of one Peppol document. Raises `TransformFailed`."""
    try:
        return Stylesheet(_processor().new_xslt30_processor().compile_stylesheet(stylesheet_text=text))
    except Exception as error:  # the binding has no public class of its own for what goes wrong
        raise TransformFailed(str(error)) from None


def transform(stylesheet: Stylesheet, document: str) -> str:
    """The result of the stylesheet on an XML document, both as text. Raises `TransformFailed`."""
    try:
        node = _processor().parse_xml(xml_text=document)
        return str(stylesheet.executable.transform_to_string(xdm_node=node))
    except Exception as error:
        raise TransformFailed(str(error)) from None
