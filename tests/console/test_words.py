"""The rooms' words are put together in one list: two rooms may not say one English word differently in Swedish."""

from pathlib import Path

from web.languages import read_messages

ROOT = Path(__file__).resolve().parents[2]


def test_no_two_rooms_translate_one_message_differently():
    said: dict[str, dict[tuple[str, ...], str]] = {}
    for file in sorted(ROOT.glob("*/locale/sv.po")) + sorted(ROOT.glob("gateway/*/locale/sv.po")):
        for message, forms in read_messages(file).items():
            said.setdefault(message, {}).setdefault(forms, str(file.relative_to(ROOT)))
    differing = {message: forms for message, forms in said.items() if len(forms) > 1}
    assert differing == {}
