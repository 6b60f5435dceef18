"""How a supplier is reached by a person: what purchasers have noted beside suppliers.yaml, which knows an e-mail."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.suppliers.supplier import Supplier
from shop.requests.tables import supplier_contacts


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Empty texts where nobody knows."""

    person: str = ""
    telephone: str = ""
    email: str = ""


def of(conn: sa.Connection, supplier_id: str, supplier: Supplier | None) -> Contact:
    """What is noted; the e-mail of suppliers.yaml where no other is."""
    columns = [supplier_contacts.c[name] for name in Contact.__struct_fields__]
    row = conn.execute(sa.select(*columns).where(supplier_contacts.c.supplier_id == supplier_id)).first()
    noted = Contact(**row._mapping) if row is not None else Contact()
    known = supplier.email if supplier is not None else None
    return msgspec.structs.replace(noted, email=noted.email or known or "")


def note(conn: sa.Connection, supplier_id: str, contact: Contact, login: str, now: datetime) -> None:
    """From now on for everybody."""
    facts = msgspec.structs.asdict(contact) | {"by": login, "at": now}
    row = insert(supplier_contacts).values(facts | {"supplier_id": supplier_id})
    conn.execute(row.on_conflict_do_update(index_elements=["supplier_id"], set_=facts))
