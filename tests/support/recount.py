"""The five figures counted from the raw log by a plain script that shares no code with the product.

Events are dictionaries as they stand in the log: `subject`, `meta`, `data`.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta, timezone
from statistics import fmean
from typing import Any

SHANGHAI = timezone(timedelta(hours=8))
SCORES = ("process", "result", "attitude", "timeliness")
Event = dict[str, Any]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def opened_from(day: date, calendar: Event) -> list[tuple[datetime, datetime]]:
    """When the company is open on a day."""
    name = day.isoformat()
    hours = calendar["week"].get(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()], [])
    if name in calendar.get("holidays", ()):
        hours = []
    hours = calendar.get("special_days", {}).get(name, hours)
    return [
        (
            datetime.combine(day, time.fromisoformat(begin), SHANGHAI),
            datetime.combine(day, time.fromisoformat(end), SHANGHAI),
        )
        for begin, end in hours
    ]


def due(start: datetime, target: Event, calendar: Event) -> datetime:
    """When so many hours have passed: day by day, stretch by stretch, in whole seconds."""
    start, left = start.replace(microsecond=0), timedelta(hours=target["hours"])
    if target["base"] == "H24":
        return start + left
    day = start.astimezone(SHANGHAI).date()
    while True:
        for begin, end in opened_from(day, calendar):
            since = max(begin, start)
            if since < end and left <= end - since:
                return since + left
            left -= max(end - since, timedelta(0))
        day += timedelta(days=1)


def known(value: Any) -> Any:
    return None if isinstance(value, dict) and value.get("unknown") else value


def opened(data: Event, policies: dict[int, Event]) -> dict[str, Any]:
    """A case as it was registered."""
    starts = [instant(data[name]) for name in ("received_at", "relay_received_at") if name in data]
    if "arrived_on" in data:
        starts.append(datetime.fromisoformat(data["arrived_on"]).replace(tzinfo=SHANGHAI))
    return {
        "received": instant(data["received_at"]),
        "start": min(starts),
        "urgency": known(data["claimed_urgency"]) or "NORMAL",
        "claimed": known(data["claimed_urgency"]) or "NORMAL",
        "channel": data["channel"],
        "mould_kind": known(data.get("mould_kind")),
        "customer": data.get("customer_id") or known(data.get("customer_name")),
        "targets": policies[data["policy_version"]]["targets"],
        "scores": {},
        "callbacks": {},
        **dict.fromkeys(("fault", "acknowledged", "verified", "asked", "classified")),
    }


def supplied(case: dict[str, Any], data: Event) -> None:
    """What was unknown is known now; a claimed urgency counts until triage sets one."""
    fields = data["fields"]
    case["mould_kind"] = fields.get("mould_kind") or case["mould_kind"]
    case["customer"] = data.get("customer_id") or case["customer"] or fields.get("customer_name")
    if not case["classified"]:
        case["urgency"] = case["claimed"] = fields.get("claimed_urgency") or case["urgency"]


def called(callbacks: dict[str, list[Any]], data: Event) -> None:
    """When a call-back is due, then when it was made and the score."""
    if "due_at" in data:
        callbacks[data["point"]] = [instant(data["due_at"]), None, None]
    else:
        callbacks[data["point"]][1:] = [instant(data["done_at"]), data["final_satisfaction"]]


def case_of(events: list[Event], policies: dict[int, Event]) -> dict[str, Any]:
    """Everything that counts of one case, in one pass over its events."""
    case = opened(events[0]["data"], policies)
    for event in events[1:]:
        data = event["data"]
        match event["meta"]["type"]:
            case "InfoSupplemented":
                supplied(case, data)
            case "CaseAcknowledged":
                case["acknowledged"] = instant(data["ack_at"])
            case "Classified":
                case |= {"urgency": data["urgency"], "fault": data.get("fault_code")}
                case["classified"] = instant(event["meta"]["occurred_at"])
                case["mould_kind"] = data.get("mould_kind") or case["mould_kind"]
            case "OnsiteProblemConfirmed":
                case["fault"] = data.get("fault_code") or case["fault"]
            case "ServiceVerified":
                case["verified"] = instant(event["meta"]["occurred_at"])
            case "CompletionReportSubmitted":
                case["asked"] = True
            case "CustomerEvaluated":
                case["scores"] = {name: data[name] for name in SCORES if name in data}
            case "CallbackScheduled" | "CallbackDone":
                called(case["callbacks"], data)
    return case


COUNTED = ("FIRST_RESPONSE", "TRIAGE", "RESOLUTION", "CALLBACK")
"""The clocks that are counted here."""
Clock = tuple[str, datetime, datetime | None, bool]


def clocks_of(case: dict[str, Any], calendar: Event) -> list[Clock]:
    """Name, due and stop of each clock of a case, and whether only the classification made it late."""
    return [
        _clock(case, calendar, "FIRST_RESPONSE", case["start"], case["acknowledged"]),
        _clock(case, calendar, "TRIAGE", case["received"], case["classified"]),
        _clock(case, calendar, "RESOLUTION", case["received"], case["verified"]),
        *(("CALLBACK", at, done, False) for at, done, _ in case["callbacks"].values()),
        *(
            ("CALLBACK", due(done, case["targets"]["CALLBACK"][case["urgency"]], calendar), None, False)
            for _, done, score in case["callbacks"].values()
            if done and score <= 2
        ),
    ]


def _clock(case: dict[str, Any], calendar: Event, name: str, start: datetime, stopped: datetime | None) -> Clock:
    targets, changed = case["targets"][name], case["classified"]
    before, after = (due(start, targets[urgency], calendar) for urgency in (case["claimed"], case["urgency"]))
    by_change = changed is not None and not is_late(min(stopped or changed, changed), before)
    return name, after, stopped, by_change and is_late(min(stopped or changed, changed), after)


def is_late(at: datetime, due_at: datetime) -> bool:
    """A whole second after the due time."""
    return at >= due_at + timedelta(seconds=1)


def recount(
    log: list[Event], start: datetime, end: datetime, cut_off: datetime, by: str | None = None
) -> dict[Any, Any]:
    """The figures of the period by the value of a dimension; None stands for all cases."""
    policies = {
        event["data"]["version"]: event["data"]["content"] for event in log if event["subject"] == "evt.policy.standard"
    }
    (calendar,) = (event["data"]["content"] for event in log if event["subject"] == "evt.policy.company-calendar")
    streams: dict[str, list[Event]] = {}
    for event in log:
        if event["subject"].startswith("evt.case."):
            streams.setdefault(event["subject"], []).append(event)
    cases = [case_of(events, policies) for events in streams.values()]
    groups = {None} if by is None else {case[by] for case in cases}
    return {
        group: figures([one for one in cases if by is None or one[by] == group], start, end, cut_off, calendar)
        for group in groups
    }


def figures(
    cases: list[dict[str, Any]], start: datetime, end: datetime, cut_off: datetime, calendar: Event
) -> dict[str, Any]:
    cohort = [case for case in cases if start <= case["received"] < end]
    minutes = sorted((one["acknowledged"] - one["start"]).total_seconds() / 60 for one in cohort if one["acknowledged"])
    solved = [one for one in cohort if one["verified"] and one["verified"] <= cut_off]
    owed, missed = Counter[str](), Counter[str]()
    for case in cases:
        for clock, at, stopped, by_change in clocks_of(case, calendar):
            is_missed = is_late(stopped or cut_off, at)
            if start <= at < end and at <= cut_off and not (by_change and is_missed):
                owed[clock] += 1
                missed[clock] += is_missed
    scores = {name: [one["scores"][name] for one in cohort if name in one["scores"]] for name in SCORES}
    scores["final_score"] = [
        max(done)[1] for one in cohort if (done := [(at, score) for _, at, score in one["callbacks"].values() if at])
    ]
    return {
        "received": len(cohort),
        "M-01": (len(minutes), fmean(minutes) if minutes else None),
        "M-04": (len(cohort), len(solved)),
        "M-07": {clock: (owed[clock], missed[clock]) for clock in sorted(owed)},
        "M-08": {name: (len(given), fmean(given) if given else None) for name, given in scores.items()},
        "asked": sum(bool(one["asked"]) for one in cohort),
        "M-10": Counter(one["fault"] for one in cohort if one["fault"]),
    }
