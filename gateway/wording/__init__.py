"""Findings in plain words, in Swedish and English: `explain(finding, "sv")` says what is wrong and what to do."""

from gateway.wording.book import LANGUAGES
from gateway.wording.explain import Explained, Language, explain

__all__ = ["LANGUAGES", "Explained", "Language", "explain"]
