"""A browser without scripts, as much of one as a scripted visit needs: pages, cookies, links and forms."""

from __future__ import annotations

from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
from lxml import html

_SECONDS = 30


class Browser:
    """Where it is stands in `url` and `page`. Cookies go where they belong; SameSite ones are not sent across sites."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=_SECONDS, trust_env=False)
        self.url = ""
        self.page: Any = None

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def open(self, url: str) -> None:
        """Go there, and on where it leads: by redirects and by a page that leaves by itself."""
        self._arrive(self._client.get(urljoin(self.url, url)))

    def submit(self, action: str, **fields: str) -> None:
        """Post the form whose action contains `action`, with what the page put into it and `fields`."""
        posted = self.page.xpath("//form[@method='post']")
        form = next((one for one in posted if action in (one.get("action") or self.url)), None)
        if form is None:
            raise LookupError(f"{self.url} has no form for {action}")
        given = [(one.get("name"), one.get("value") or "") for one in form.xpath(".//input[@name]") if _counts(one)]
        pairs = [(name, value) for name, value in given if name not in fields] + list(fields.items())
        target = urljoin(self.url, form.get("action") or self.url)
        body = urlencode(pairs, encoding=form.get("accept-charset") or "utf-8", errors="xmlcharrefreplace")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": _origin(self.url)}
        request = self._client.build_request("POST", target, content=body, headers=headers)
        if _site(target) != _site(self.url):
            request.headers.pop("cookie", None)  # ours are SameSite=Lax, and this is a post from another site
        self._arrive(self._client.send(request))

    def _arrive(self, answer: httpx.Response) -> None:
        self.url = str(answer.url)
        if answer.has_redirect_location:
            self._arrive(self._client.get(urljoin(self.url, answer.headers["location"])))
            return
        answer.raise_for_status()
        self.page = html.fromstring(answer.text)
        for leaving in self.page.xpath("//meta[@http-equiv='refresh']/@content")[:1]:
            self.open(leaving.partition("url=")[2])


def _counts(one: Any) -> bool:
    """Whether a field is sent: an unchecked choice is not, nor is a button."""
    kind = one.get("type", "text")
    return kind not in {"submit", "button"} and (kind not in {"radio", "checkbox"} or "checked" in one.attrib)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _site(url: str) -> str:
    return urlsplit(url).hostname or ""
