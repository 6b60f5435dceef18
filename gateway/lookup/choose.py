"""Which of the endpoints that an SMP names is ours to use, and why none is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from gateway.findings import Finding, Place
from gateway.lookup.answers import Endpoint, Service

AS4 = "peppol-transport-as4-v2_0"
_SOON = timedelta(days=30)


def choose(endpoints: Iterable[Endpoint], service: Service, now: datetime) -> Endpoint | str:
    """The endpoint by the first process of ours that has one open now; else what stands in the way ("but not …")."""
    wanted = [endpoint for endpoint in endpoints if not service.processes or endpoint.process in service.processes]
    if not wanted:
        return f"but not in the process {' or '.join(service.processes)}"
    by_as4 = [endpoint for endpoint in wanted if endpoint.transport == AS4 and endpoint.url]
    if not by_as4:
        seen = ", ".join(sorted({endpoint.transport for endpoint in wanted})) or "nothing"
        return f"but by {seen}, not by {AS4}"
    usable = [one for one in by_as4 if not (one.opens and one.opens > now) and not (one.closes and one.closes <= now)]
    if not usable:
        return "but only " + " and ".join(_hours(endpoint) for endpoint in by_as4)
    rank = {process: place for place, process in enumerate(service.processes)}
    return min(usable, key=lambda endpoint: rank.get(endpoint.process, 0))


def _hours(endpoint: Endpoint) -> str:
    opens, closes = (f"{time:%Y-%m-%d}" if time else "…" for time in (endpoint.opens, endpoint.closes))
    return f"from {opens} until {closes}"


def doubts(endpoint: Endpoint, issuer_checked: bool, now: datetime) -> Iterator[Finding]:
    """What is to be said of an endpoint that was chosen; fatal where nothing can be sent to it."""
    place = Place(path=endpoint.url)
    if endpoint.ends is None:
        message = "the access point's certificate cannot be read, so nothing can be sent to it"
        yield Finding(rule="lookup-certificate", message=message, place=place)
    elif endpoint.ends <= now:
        message = f"the access point's certificate ended {endpoint.ends:%Y-%m-%d}, so nothing can be sent to it"
        yield Finding(rule="lookup-certificate", message=message, place=place)
    elif endpoint.ends <= now + _SOON:
        message = f"the access point's certificate ends {endpoint.ends:%Y-%m-%d}"
        yield Finding(rule="lookup-certificate", message=message, place=place, fatal=False)
    if not issuer_checked:
        message = "signature sound, issuer not checked: no trust anchors are installed (AVROP_SMP_TRUST)"
        yield Finding(rule="lookup-issuer", message=message, fatal=False)
