"""Customers who were not told how we can be reached, or only of an older version of a channel (R-2.1.1-e)."""

from datetime import datetime

from msgspec import Struct

from shared.projections.statements import Connection

_UNTOLD = """
select k.aggregate_id, k.customer_no, k.customer_name, n.channels_version, n.sent_at
from read.channels as c cross join read.customers as k
    left join read.channel_notices as n on n.aggregate_id = c.aggregate_id and n.customer_id = k.aggregate_id
where c.aggregate_id = %(channel_id)s and coalesce(n.channels_version, 0) < c.channels_version
order by k.customer_no, k.aggregate_id limit %(limit)s"""


class UntoldCustomer(Struct, frozen=True):
    """A customer to be told; what the last notice told of and when, None when there was none."""

    customer_id: str
    customer_no: str
    customer_name: str
    told_version: int | None
    told_at: datetime | None


async def untold_customers(connection: Connection, channel_id: str, limit: int = 500) -> list[UntoldCustomer]:
    """Customers with no notice of the present version of a channel, by number."""
    rows = await (await connection.execute(_UNTOLD, {"channel_id": channel_id, "limit": limit})).fetchall()
    return [UntoldCustomer(*row) for row in rows]
