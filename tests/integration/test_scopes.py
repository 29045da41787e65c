"""Scopes on real read models: what a department subscribed to, own customers, and channels that were not told of."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from services.intake.reads.cases import CaseQuestion, cases
from services.intake.reads.channels import untold_customers
from shared.events.envelope import Meta, encode, event_id, subject_of
from shared.projections.materializer import Workplace
from shared.projections.opening import PeopleOpener
from shared.projections.scope import Scope
from shared.runtime.settings import Settings
from shared.store.port import Draft
from tests.support import samples
from tests.support.desk import Desk
from tests.support.reading import PROJECTIONS, following, shown, workplace
from tests.support.samples import NOON, at, classification


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.open()
    return desk


@pytest.fixture
async def place(deployment: Settings, desk: Desk) -> AsyncIterator[Workplace]:
    async with workplace(deployment, desk.store, PeopleOpener(desk.people)) as place:
        yield place


async def subscribe(desk: Desk, number: int, dept: str, topics: list[str], moulds: list[str]) -> None:
    """A department's subscription as the log holds it."""
    command, subject = str(uuid4()), subject_of("department", f"dep0-0000{number}")
    meta = Meta(
        version=1,
        type="DepartmentAdded",
        event_id=event_id(subject, command),
        command_id=command,
        command_hash="0" * 64,
        correlation_id=command,
        actor="admin",
        actor_role="ADMIN",
        occurred_at=NOON,
        recorded_at=NOON,
    )
    data = {"name": f"订阅 {number}", "dept": dept, "topics": topics, "moulds": moulds}
    await desk.store.append(Draft(subject, encode(meta, data), meta.event_id, meta.type, 1, command), 0)


async def seen(place: Workplace, scope: Scope) -> set[str]:
    """The cases that a scope shows."""
    async with place.pool.connection() as connection:
        page = await cases(connection, CaseQuestion(now=NOON, scope=scope, view="all", limit=500))
    return {one.case_id for one in page.items}


async def test_a_subscription_shows_cases_of_its_moulds_in_which_its_topics_happened(
    place: Workplace, desk: Desk
) -> None:
    owner = (await desk.send("RegisterCustomer", samples.customer())).body["id"]
    moulds = [(await desk.send("RegisterMould", samples.mould(owner, mould_no=f"M-{n}"))).body["id"] for n in range(2)]
    classified, same_mould, other_mould = [
        await desk.register(mould_id=moulds[n], mould_no=f"M-{n}") for n in (0, 0, 1)
    ]
    for case_id in (classified, other_mould):
        assert (await desk.send("Classify", classification(), to=case_id)).status == 201
    await subscribe(desk, 1, "QUALITY", ["Classified"], [moulds[0]])
    await subscribe(desk, 2, "TECH", ["Classified"], [])
    await subscribe(desk, 3, "PURCHASE", ["FeedbackReceived"], [moulds[0]])
    async with following(place, PROJECTIONS):
        await shown(place, PROJECTIONS)
        for dept, wanted in (
            ("QUALITY", {classified}),
            ("TECH", {classified, other_mould}),
            ("PURCHASE", {classified, same_mould}),
            ("FINANCE", set()),
        ):
            assert await seen(place, Scope(dept=dept, parties=(f"dept:{dept}",))) == wanted, dept


async def test_a_salesperson_sees_the_customers_that_he_registered_or_relayed_for(place: Workplace, desk: Desk) -> None:
    mine, relayed, other = [
        (await desk.send("RegisterCustomer", samples.customer(customer_no=f"C-{n}"), by=by)).body["id"]
        for n, by in enumerate(("sales", "specialist", "specialist"))
    ]
    relay = {"channel": "SALES_RELAY", "relayed_by": "sales", "relay_received_at": at(-0.5)}
    reported = {
        "mine": await desk.register(customer_id=mine, customer_name=None),
        "relay": await desk.register(customer_id=relayed, customer_name=None, **relay),
        "relayed": await desk.register(customer_id=relayed, customer_name=None),
        "other": await desk.register(customer_id=other, customer_name=None),
        "nobody's": await desk.register(),
    }
    async with following(place, PROJECTIONS):
        await shown(place, PROJECTIONS)
        found = await seen(place, Scope(seller="sales", parties=("user:sales",)))
    assert found == {reported[name] for name in ("mine", "relay", "relayed")}


async def test_customers_who_were_not_told_of_the_present_channel_are_named(place: Workplace, desk: Desk) -> None:
    told, never = [
        (await desk.send("RegisterCustomer", samples.customer(customer_no=f"C-{n}"))).body["id"] for n in range(2)
    ]
    body: dict[str, Any] = {"channel": "HOTLINE", "address": "+86 574 5550 1000", "service_hours": "08:00-20:00"}
    body |= {"owner": "specialist", "backup_owner": "supervisor"}
    channel = (await desk.send("RegisterChannel", body, by="admin")).body["id"]
    notice = {"notice_id": "N-1", "customer_id": told, "channels_version": 1, "medium": "EMAIL", "sent_at": at(0)}
    assert (await desk.send("SendChannelNotice", notice, to=channel)).status == 201

    async def untold() -> dict[str, int | None]:
        await shown(place, PROJECTIONS)
        async with place.pool.connection() as connection:
            return {one.customer_id: one.told_version for one in await untold_customers(connection, channel)}

    async with following(place, PROJECTIONS):
        assert await untold() == {never: None}
        change = {"fields": {"address": "+86 574 5550 1001"}, "reason": "换号"}
        assert (await desk.send("ReviseChannel", change, to=channel, by="supervisor")).status == 201
        assert await untold() == {told: 1, never: None}
