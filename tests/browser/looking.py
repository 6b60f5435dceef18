"""What must hold of every page: axe finds nothing, it fits, fields are named, targets can be hit, keys are enough.

`looked_over(page, name)` looks at the page as it stands, at a desk by day and on a phone by night.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from tests.browser.hub_stage import SCREENSHOTS

TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# A phone; a desk at 200 %, where 1280 px are 640; and the reflow of WCAG 1.4.10, where they are 320.
WIDTHS = (390, 640, 320)
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

WIDER = """
() => document.documentElement.scrollWidth > window.innerWidth
  ? [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1
      && !one.closest("nav, .scroll")).map((one) => one.outerHTML.slice(0, 160)).slice(0, 5).concat("sticks out") : []
"""
NAMELESS = """
() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
  .filter((one) => one.checkVisibility() && ![...(one.labels ?? [])].some((label) => label.innerText.trim())
    && !one.ariaLabel && !one.getAttribute("aria-labelledby")).map((one) => one.outerHTML.slice(0, 120))
"""
# WCAG 2.5.8: links within a sentence are excepted.
SMALL = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, textarea")]
  .filter((one) => one.checkVisibility() && !one.closest("p, td, dd, .small > li, h3") && !one.matches(".skip"))
  .map((one) => [one.outerHTML.slice(0, 120), (one.labels?.[0] ?? one).getBoundingClientRect(),
    one.getBoundingClientRect()])
  .filter(([_, label, own]) => own.width > 1 && Math.max(own.height, label.height) < 24
    || own.width > 1 && Math.max(own.width, label.width) < 24).map(([html]) => html)
"""
LISTEN = """
() => {
  window.__met = [];
  document.addEventListener("focusin", ({ target }) => {
    const style = getComputedStyle(target);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
    const within = target.closest(":focus-within")?.parentElement;
    window.__met.push([target, ring || (within && getComputedStyle(within).outlineStyle !== "none")]);
  });
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].length;
}
"""
MET = """
() => {
  const wanted = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0
      && one.type !== "hidden" && !(one.type === "radio" && !one.checked));
  const met = new Map(window.__met);
  const radio = (one) => one.type === "radio" && [...met.keys()].some((other) => other.name === one.name);
  return {
    missed: wanted.filter((one) => !met.has(one) && !radio(one)).map((one) => one.outerHTML.slice(0, 120)),
    unseen: [...met].filter(([_, ring]) => !ring).map(([one]) => one.outerHTML.slice(0, 120)),
  };
}
"""
DEAD = """
() => [...document.querySelectorAll("main [hx-get], main [hx-post], main [hx-delete]")]
  .filter((one) => !one.matches("form[action], a[href]") && !one.closest("form[action]") && one.checkVisibility()
    && !document.querySelector("noscript")).map((one) => one.outerHTML.slice(0, 120))
"""


def looked_over(page: Any, name: str) -> None:
    """Looks at the page in both sizes and schemes; says which page and what is wrong with it."""
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    _same(axe(page), name, "axe by day")
    _same(page.evaluate(NAMELESS), name, "fields without a label")
    _same(page.evaluate(SMALL), name, "targets under 24 px")
    walked(page, name)
    _photograph(page, f"page-{name}-desktop-light")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        _same(page.evaluate(WIDER), name, f"wider than {width} px")
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    _same(axe(page), name, "axe on a phone by night")
    _same(page.evaluate(SMALL), name, "targets under 24 px on a phone")
    _photograph(page, f"page-{name}-phone-dark")


def axe(page: Any) -> list[str]:
    """What axe-core finds: rule, why, and the first element of each."""
    page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }")  # the skip link covers others
    page.evaluate(_axe_source())
    answer = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(found => found.violations.map("
        "one => `${one.id}: ${one.help}: ${one.nodes.length} × ${one.nodes[0].html.slice(0, 200)}`))",
        TAGS,
    )
    return [str(one) for one in answer]


def walked(page: Any, name: str) -> None:
    """By Tab alone everything that can be used is reached, and one sees where one is."""
    page.evaluate("() => document.activeElement?.blur()")
    many = page.evaluate(LISTEN)
    for _ in range(many + 3):
        page.keyboard.press("Tab")
    met = page.evaluate(MET)
    if met["missed"]:  # where the page begins in the middle the beginning comes last
        for _ in range(many + 3):
            page.keyboard.press("Tab")
        met = page.evaluate(MET)
    _same(met["missed"], name, "not reached by Tab")
    _same(met["unseen"], name, "no visible focus")


def without_javascript(page: Any, name: str) -> None:
    """Nothing on the page needs a script: what htmx does is a form or a link, and the main form is answered."""
    assert page.locator("h1").count() == 1, f"{name} without JavaScript: one heading"
    _same(page.evaluate(DEAD), name, "works by script alone")
    main = page.locator("main form:has(button.big)").or_(page.locator("main form")).first
    # What Enter presses may be hidden from people (`unseen`): they press the first that they see.
    button = main.locator("button:not(.unseen):visible, input[type=submit]:not(.unseen):visible").first
    if button.count():
        main.evaluate("form => form.noValidate = true")
        with page.expect_navigation() as went:
            button.click(no_wait_after=True)
        answer = went.value
        assert answer is None or answer.status in {200, 409, 422}, f"{name}: its form is answered {answer.status}"
        assert page.locator("h1").count() == 1, f"{name}: what its form leads to"


def _same(found: list[str], name: str, what: str) -> None:
    assert not found, f"{name}: {what}: {found}"


def _photograph(page: Any, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), caret="initial", full_page=True)


@cache
def _axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
