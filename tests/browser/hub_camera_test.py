"""The camera as a scanner: chromium is given a film of labels in place of a camera."""

from __future__ import annotations

import io
from contextlib import contextmanager
from datetime import UTC, datetime

import barcode
import pytest
import segno
from barcode.writer import ImageWriter
from PIL import Image, ImageFilter

from tests.browser import hub_stage
from tests.browser.hub_stage import CHROMIUM, FLAGS, SIZES, need_chromium, page_of, photograph, served
from tests.hub.advices import sscc
from tests.hub.house import PASSWORD, open_house, send_goods

pytestmark = pytest.mark.slow


@pytest.fixture
def address(engine):
    need_chromium()
    app = open_house(engine, lambda: datetime.now(UTC), "alva")
    send_goods(engine, datetime.now(UTC))
    with served(app) as found:
        yield found


def gs1_128(code: str) -> Image.Image:
    """FNC1 and the digits, as on a pallet's label; biip's and the library's sign for FNC1 is \\xf1."""
    made = barcode.get("gs1_128", code, writer=ImageWriter())
    return made.render({"module_width": 0.35, "module_height": 22, "quiet_zone": 8, "write_text": False, "dpi": 200})


def qr(text: str) -> Image.Image:
    held = io.BytesIO()
    segno.make(text, error="m").save(held, kind="png", scale=8, border=4)
    return Image.open(held).convert("RGB")


def film(folder, *labels: Image.Image):
    """A film in which each label is held before the camera for a while: askew, a little out of focus, on cardboard."""
    path = folder / "labels.mjpeg"
    with path.open("wb") as written:
        for turn, label in enumerate(labels):
            frame = Image.new("RGB", (1280, 720), "#b08d5f")
            shown = label.convert("RGB")
            shown.thumbnail((900, 560))
            shown = shown.rotate(4 - 7 * (turn % 2), expand=True, fillcolor="white")
            frame.paste(shown, ((1280 - shown.width) // 2, (720 - shown.height) // 2))
            held = io.BytesIO()
            frame.filter(ImageFilter.GaussianBlur(0.8)).save(held, "JPEG", quality=70)
            written.write(held.getvalue() * 60)
    return path


@contextmanager
def phone_with_camera(film_path):
    hub_stage._browser()
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags.append(f"--use-file-for-fake-video-capture={film_path}")
    browser = hub_stage._RUNNING[1].chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *flags])
    try:
        page = browser.new_page(viewport=SIZES["phone"], locale="sv-SE")
        page.set_default_timeout(15_000)
        yield page
    finally:
        browser.close()


def log_in(page, address: str) -> None:
    page.goto(f"{address}/login?next=/hub/dock")
    page.fill("#login", "alva")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/hub/dock")


def test_labels_held_before_the_camera_are_received(address, tmp_path):
    link = f"https://id.example.org/00/{sscc(2)}"
    shown = film(tmp_path, gs1_128(f"(00){sscc(1)}"), qr(link), qr(f"(00){sscc(3)}"))
    with phone_with_camera(shown) as page:
        problems = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        log_in(page, address)
        page.click("text=Skanna med kameran")
        page.wait_for_selector("#answer >> text=Mottaget.", timeout=40_000)
        photograph(page, "hub-camera-phone-1")
        page.wait_for_selector("#count >> text=3 av 3", timeout=40_000)
        page.click("text=Stäng kameran")
        assert page.is_hidden("#camera video")
        assert page.is_visible("text=Skanna med kameran")
        assert problems == []


def test_without_a_camera_it_says_what_to_do(address):
    with page_of("phone", "light") as page:
        log_in(page, address)
        page.click("text=Skanna med kameran")
        page.wait_for_selector("#camera [data-say=none]:visible, #camera [data-say=denied]:visible")
        photograph(page, "hub-camera-phone-2-none")
        page.click("text=Stäng kameran")
        page.keyboard.type(sscc(1))
        page.keyboard.press("Enter")
        page.wait_for_selector("#answer >> text=Mottaget.")
