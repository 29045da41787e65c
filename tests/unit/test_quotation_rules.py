"""What chargeable work costs, who may quote it, and the customer's word on it."""

from typing import Any

import pytest

from tests.support import samples, service, visit
from tests.support.desk import codes
from tests.support.walking import Walk, walk


def quotation(**changes: Any) -> dict[str, Any]:
    """Two lines, 1,250.50 yuan, for a week."""
    body = {
        "quote_no": "Q-1",
        "lines": [
            {"kind": "LABOUR", "qty": 2.5, "unit_price_fen": 30000},
            {"kind": "PART", "qty": 1, "unit_price_fen": 50050, "text": "滑块镶件"},
        ],
        "valid_until": samples.at(24 * 7),
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def word(accepted: bool = True, **changes: Any) -> dict[str, Any]:
    """The customer's word by mail."""
    body: dict[str, Any] = {"accepted": accepted, "decided_by": "李建国", "confirmation": visit.confirmation(0.2)}
    if not accepted:
        body["reason"] = "价格过高"
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


async def chargeable(charge: str = "FULL", **changes: Any) -> Walk:
    """A classified case whose warranty is judged."""
    walked = await (await walk(**changes)).after("Classify")
    body = service.warranty(verdict="OUT_TIME", liability="CUSTOMER", charge=charge)
    assert (await walked.desk.send("AssessWarranty", body, to=walked.case_id)).status == 201
    walked.until(0.2)
    return walked


async def quoted(**changes: Any) -> Walk:
    """With one quotation that is open."""
    walked = await chargeable()
    answer = await walked.desk.send("IssueQuotation", quotation(**changes), to=walked.case_id, by="sales")
    assert answer.status == 201, answer.body
    return walked


@pytest.mark.proves("B-05")
async def test_a_quotation_is_summed_and_accepted_by_proven_word() -> None:
    walked = await quoted()
    assert (await walked.desk.stored(walked.case_id, -1))["total_fen"] == 125050
    assert (await walked.desk.send("DecideQuotation", word(), to=walked.case_id)).status == 201
    (found,) = (await walked.state()).triage.quotations
    assert (found.quote_no, found.is_accepted) == ("Q-1", True)
    assert (await walked.desk.stored(walked.case_id, -1))["quote_no"] == "Q-1"


async def test_a_customer_who_is_signed_in_needs_no_other_proof_and_may_refuse() -> None:
    walked = await quoted()
    body = word(accepted=False, confirmation=None)
    assert (await walked.desk.send("DecideQuotation", body, to=walked.case_id, by="stranger")).status == 403
    assert (await walked.desk.send("DecideQuotation", body, to=walked.case_id, by="customer")).status == 201
    (found,) = (await walked.state()).triage.quotations
    assert found.is_accepted is False


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lines": []}, {"lines": "V-REQ"}),
        ({"valid_until": samples.at(-1)}, {"valid_until": "V-TIME"}),
        ({"total_fen": 5}, {"total_fen": "V-FMT"}),
        (
            {"lines": [{"kind": "PART", "qty": 0, "unit_price_fen": -1}]},
            {"lines[0].qty": "V-RANGE", "lines[0].unit_price_fen": "V-RANGE"},
        ),
        ({"quote_no": "Q-0"}, {"quote_no": "V-DUP"}),
    ],
)
async def test_a_fault_of_a_quotation_is_named(changes: dict[str, Any], told: dict[str, str]) -> None:
    walked = await quoted(quote_no="Q-0")
    assert codes(await walked.desk.send("IssueQuotation", quotation(**changes), to=walked.case_id, by="sales")) == told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (word(confirmation=None), {"confirmation": "S-GUARD"}),
        (word(accepted=False, reason=None), {"reason": "V-REQ"}),
        (word(reason="好"), {"reason": "V-FMT"}),
        (word(quote_no="Q-9"), {"quote_no": "V-REF"}),
        (word(confirmation=visit.confirmation(9)), {"at": "V-TIME", "confirmation.at": "V-TIME"}),
    ],
)
async def test_a_fault_of_the_word_is_named(body: dict[str, Any], told: dict[str, str]) -> None:
    walked = await quoted()
    assert codes(await walked.desk.send("DecideQuotation", body, to=walked.case_id)) == told


async def test_of_several_open_quotations_one_is_named_and_each_is_answered_once() -> None:
    walked = await quoted()
    await walked.desk.send("IssueQuotation", quotation(quote_no="Q-2"), to=walked.case_id, by="sales")
    assert codes(await walked.desk.send("DecideQuotation", word(), to=walked.case_id)) == {"quote_no": "V-REQ"}
    assert (await walked.desk.send("DecideQuotation", word(quote_no="Q-2"), to=walked.case_id)).status == 201
    again = await walked.desk.send("DecideQuotation", word(quote_no="Q-2"), to=walked.case_id)
    assert codes(again) == {"quote_no": "S-GUARD"}


async def test_a_quotation_that_ran_out_is_not_accepted() -> None:
    walked = await quoted(valid_until=samples.at(2))
    walked.until(3)
    answer = await walked.desk.send("DecideQuotation", word(confirmation=visit.confirmation(3)), to=walked.case_id)
    assert codes(answer) == {"quote_no": "S-GUARD"}


@pytest.mark.proves("B-03", "B-05")
async def test_nothing_is_quoted_that_is_free_or_not_judged() -> None:
    free = await chargeable("FREE")
    assert (await free.desk.send("IssueQuotation", quotation(), to=free.case_id, by="sales")).body["code"] == "S-GUARD"
    fresh = await (await walk()).after("Classify")
    answer = await fresh.desk.send("IssueQuotation", quotation(), to=fresh.case_id, by="sales")
    assert answer.body["code"] == "S-GUARD"


async def test_a_supervisor_quotes_within_the_limit_of_the_policy_only() -> None:
    walked = await chargeable()
    refused = await walked.desk.send("IssueQuotation", quotation(), to=walked.case_id, by="supervisor")
    assert (refused.status, codes(refused)) == (403, {"lines": "A-ROLE"})
    assert (await walked.desk.send("IssueQuotation", quotation(), to=walked.case_id)).status == 403
