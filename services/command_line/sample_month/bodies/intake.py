"""The report, what was missing from it, and the first response."""

from datetime import datetime, timedelta
from typing import Any

from services.command_line.sample_month.papers import paper, picture
from services.command_line.sample_month.tale import Body, Tale
from services.command_line.sample_month.working_time import HERE
from shared.store.identifiers import id_of_number

_MOULD = {"mould_no": "mould_no", "mould_model": "model", "mould_spec": "spec", "mould_kind": "kind"}


def reported(tale: Tale, at: datetime) -> Body:
    """The report as it was written down."""
    given, received_at = tale.given, tale.given.received_at
    contact, text = given.contact, _description(tale)
    body: Body = {
        "case_kind": "SERVICE",
        "channel": given.channel,
        "received_at": received_at.isoformat(),
        "customer_id": id_of_number(given.customer["customer_no"]),
        "customer_name": given.customer["customer_name"],
        "contact_name": contact["name"],
        "contact_phone": contact.get("phone"),
        "contact_email": contact.get("email"),
        "site": given.customer["sites"][0]["site"],
        "mould_id": tale.mould_id,
        "mould_name": given.mould["mould_name"],
        **{field: given.mould[name] for field, name in _MOULD.items()},
        "order_no": given.mould["order_no"],
        "scope": given.problem.scope,
        "problem_description": text,
        "fault_at": _fault_at(tale).isoformat(),
        "shots_at_fault": tale.shots,
        "production_status": given.production,
        "claimed_urgency": given.urgency,
        "safety_risk": "安全" in text,
        **_by_channel(tale, received_at, text),
    }
    if tale.takes("unknown_fields"):
        body |= _unknown(tale, received_at)
    body |= _otherwise(tale, received_at)
    if tale.odds(30):
        file_ref = tale.keep(picture(f"{given.problem.code} {tale.chance.randrange(2)}"))
        body["attachments"] = [{"file_ref": file_ref, "name": f"不良件照片 {given.mould['mould_no']}.png"}]
    return {name: value for name, value in body.items() if value is not None}


def _description(tale: Tale) -> str:
    text = tale.chance.choice(tale.given.problem.reports)
    return text.format(mould=tale.given.mould["mould_name"])


def _fault_at(tale: Tale) -> datetime:
    return tale.given.received_at - timedelta(minutes=round(tale.chance.uniform(25, 1500)))


def _by_channel(tale: Tale, received_at: datetime, text: str) -> Body:
    contact, customer = tale.given.contact, tale.given.customer
    match tale.given.channel:
        case "EMAIL":
            address = contact.get("email", "service@moldcare.example")
            return {
                "channel_address": "service@moldcare.example",
                "message_subject": f"{tale.given.mould['mould_no']} 模具故障，请尽快处理",
                "raw_content_ref": f"note:发件人 {address}。您好，{text}。请尽快回复，谢谢。",
            }
        case "IM":
            return {"channel_address": "售后服务群", "raw_content_ref": f"note:群里 {contact['name']} 说：{text}"}
        case "LETTER":
            day = received_at.astimezone(HERE).date()
            scan = paper("函件扫描件", [customer["customer_name"], text, f"日期 {day}"])
            return {
                "letter_no": f"函-{day:%m%d}-{tale.given.number:03d}",
                "posted_on": (day - timedelta(days=3)).isoformat(),
                "arrived_on": day.isoformat(),
                "raw_content_ref": tale.keep(scan),
            }
        case "SALES_RELAY":
            heard = received_at - timedelta(minutes=tale.chance.randrange(10, 200))
            return {
                "relayed_by": "sales",
                "relay_received_at": heard.isoformat(),
                "raw_content_ref": f"note:业务转达，客户拜访时提出：{text}",
            }
        case "VERBAL":
            return {"raw_content_ref": f"note:现场服务时客户口头反映：{text}"}
        case _:
            return {"channel_address": "400-555-0100", "raw_content_ref": f"note:客户来电：{text}"}


def _unknown(tale: Tale, received_at: datetime) -> Body:
    absent = {"unknown": True, "reason": tale.say("unsure")}
    return {"fault_at": absent, "order_no": absent, "info_due_at": (received_at + timedelta(days=1)).isoformat()}


def _otherwise(tale: Tale, received_at: datetime) -> Body:
    """What a report says that is no ordinary one: a nameplate nobody can read, a training, a change, a complaint."""
    if tale.takes("waived"):
        absent = {"unknown": True, "reason": "铭牌磨损，看不清"}
        due_at = (received_at + timedelta(days=1)).isoformat()
        return {"mould_model": absent, "order_no": absent, "info_due_at": due_at}
    if tale.takes("training"):
        return {"scope": "TRAINING"}
    if tale.takes("change"):
        return {"scope": "CHANGE"}
    if tale.takes("complaint"):
        text = "上次服务人员迟到两小时，且未清理现场"
        about = {"complained_about": "zhao-lei", "remedy_requested": "减免服务费"}
        return {"case_kind": "COMPLAINT", "scope": "FEEDBACK", "problem_description": text, **about}
    return {}


def supplied(tale: Tale, at: datetime) -> Body:
    """What the caller found out later."""
    fields = {"fault_at": _fault_at(tale).isoformat(), "order_no": tale.given.mould["order_no"]}
    return {"fields": fields, "source": f"{tale.given.contact['name']} 回电补充"}


def acknowledged_again(tale: Tale, at: datetime) -> Body:
    """The first response of a later cycle."""
    ack_at, next_at = at - timedelta(minutes=1), at + timedelta(hours=4)
    return acknowledged(tale, at) | {"ack_at": ack_at.isoformat(), "next_contact_at": next_at.isoformat()}


def acknowledged(tale: Tale, at: datetime) -> Body:
    """Accepted, what happens next, and roughly when."""
    channel = tale.given.channel if tale.given.channel in {"EMAIL", "IM"} else "HOTLINE"
    ack_at = max(tale.given.received_at + timedelta(minutes=1), at - timedelta(minutes=tale.chance.randint(1, 4)))
    hours = {"URGENT": 2, "NORMAL": 8, "MINOR": 24}[tale.given.urgency]
    body: dict[str, Any] = {
        "ack_at": ack_at.isoformat(),
        "ack_channel": channel,
        "said_accepted": True,
        "process_explained": tale.say("process"),
        "estimate": tale.say("estimate"),
        "next_contact_at": (ack_at + timedelta(hours=hours)).isoformat(),
        "auto": False,
    }
    return body | ({"reassured": tale.say("reassured")} if tale.odds(60) else {})
