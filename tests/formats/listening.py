"""Documents that name an address of ours wherever cXML may name one, and a listener there that tells who came."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

from tests.formats.hostile_cxml import LINE


class Ear:
    """Listens on a free port of loopback; `heard` are the first bytes of everybody who connected."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.heard: list[bytes] = []

    def listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                who, _ = self._listener.accept()
                with who:
                    who.settimeout(0.2)
                    try:
                        self.heard.append(who.recv(200))
                    except OSError:
                        self.heard.append(b"")


@contextlib.contextmanager
def listening() -> Iterator[Ear]:
    listener = socket.create_server(("127.0.0.1", 0))
    ear = Ear(listener)
    thread = threading.Thread(target=ear.listen, daemon=True)
    thread.start()
    try:
        yield ear
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def naming(address: str) -> dict[str, bytes]:
    """By name; all but the last few are good cXML."""
    attachment = f"<Comments><Attachment><URL>{address}/a.pdf</URL></Attachment></Comments>"
    reference = '<OrderReference orderID="1"><DocumentReference payloadID="1"/></OrderReference>'
    cart = LINE.decode().replace("</ItemDetail>", f"<URL>{address}/item</URL></ItemDetail>")
    bodies = {
        "a cart": f"<Message>{_cart(cart)}</Message>",
        "a start page": '<Response><Status code="200" text="OK"/><PunchOutSetupResponse><StartPage>'
        f"<URL>{address}/start</URL></StartPage></PunchOutSetupResponse></Response>",
        "a status with an address": f'<Response><Status code="200" text="OK">{address}/status</Status></Response>',
        "an attachment elsewhere": '<Request><ConfirmationRequest><ConfirmationHeader type="accept" '
        f'noticeDate="2026-11-20T09:40:00+01:00">{attachment}</ConfirmationHeader>{reference}</ConfirmationRequest>'
        "</Request>",
        "an attachment by cid": '<Request><ConfirmationRequest><ConfirmationHeader type="accept" '
        f'noticeDate="2026-11-20T09:40:00+01:00">{attachment.replace(address, f"cid:{address}")}</ConfirmationHeader>'
        f"{reference}</ConfirmationRequest></Request>",
        "a payload by address": f"<Request><StatusUpdateRequest><DocumentReference payloadID='{address}/1'/>"
        "<Status code='200' text='OK'/></StatusUpdateRequest></Request>",
        "a catalogue elsewhere": "<Request><CatalogUploadRequest operation='new'><CatalogName xml:lang='sv'>x"
        f"</CatalogName><Description xml:lang='sv'>x</Description><Attachment><URL>{address}/c.xml</URL></Attachment>"
        "</CatalogUploadRequest></Request>",
        "a setup that posts there": "<Request><PunchOutSetupRequest operation='create'><BuyerCookie>k</BuyerCookie>"
        f"<BrowserFormPost><URL>{address}/post</URL></BrowserFormPost></PunchOutSetupRequest></Request>",
        "an include": f"<Message>{_cart(_include(address))}</Message>",
    }
    documents = {name: _whole(address, body) for name, body in bodies.items()}
    for name, declared in {
        "an external entity": f"<!ENTITY e SYSTEM '{address}/e'>",
        "a parameter entity": f"<!ENTITY % p SYSTEM '{address}/p'> %p;",
        "a notation": f"<!NOTATION n SYSTEM '{address}/n'><!ENTITY u SYSTEM '{address}/u' NDATA n>",
    }.items():
        documents[name] = documents["a cart"].replace(b'.dtd">', f'.dtd" [{declared}]>'.encode(), 1)
    return documents


def _cart(line: str) -> str:
    return (
        '<PunchOutOrderMessage><BuyerCookie>k</BuyerCookie><PunchOutOrderMessageHeader operationAllowed="edit"><Total>'
        f'<Money currency="SEK">2</Money></Total></PunchOutOrderMessageHeader>{line}</PunchOutOrderMessage>'
    )


def _include(address: str) -> str:
    return f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{address}/include' parse='text'/>"


def _whole(address: str, body: str) -> bytes:
    there = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="{address}/x.xsd"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet href="{address}/x.xsl" type="text/xsl"?>\n'
        f'<!DOCTYPE cXML SYSTEM "{address}/schemas/cXML/1.2.071/cXML.dtd">\n'
        f'<cXML payloadID="b-1" timestamp="2026-11-20T09:40:00+01:00" xml:base="{address}/" {there}><Header>'
        '<From><Credential domain="DUNS"><Identity>vardboden</Identity></Credential></From><To><Credential '
        'domain="OrgNr"><Identity>2120009994</Identity></Credential></To><Sender><Credential domain="DUNS"><Identity>'
        f"vardboden</Identity><SharedSecret>hemlig</SharedSecret></Credential><UserAgent>{address}/agent</UserAgent>"
        f"</Sender></Header>{body}</cXML>"
    ).encode()
