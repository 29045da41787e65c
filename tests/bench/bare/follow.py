"""Bare: the log by an own pull loop, envelope and chain checked, folded to a line per case, written by COPY."""

import asyncio
import json
import os
import sys
import time
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
import nats
import psycopg
import uvloop

MODE, END, BATCH, API = sys.argv[1], int(sys.argv[2]), 5000, "$JS.API.CONSUMER"
INDEXED = ("received_at, aggregate_id", "updated_at, aggregate_id", "next_due_at", "customer_id", "mould_no")
INDEXED += ("(coalesce(next_due_at, 'infinity')), aggregate_id", "customer_key, aggregate_id", "registered_by")
INDEXED += ("(array_position(array['URGENT', 'NORMAL', 'MINOR'], urgency)), aggregate_id", "acknowledged_by")
INDEXED += ("order_no", "fault_code", "customer_name", "mould_name", "mould_id")
KEY = "alter table read.bare add primary key (aggregate_id)"
KEY += "".join(f"; create index on read.bare ({column})" for column in INDEXED)
NEW = "drop table if exists read.bare, read.bare_position; create table read.bare (like read.open_cases);"
NEW += "create table read.bare_position as select 0 as position;" + ("" if MODE == "rebuild" else KEY)
FIELDS = [("version", int), ("recorded_at", datetime), ("type", str), ("event_id", str), ("actor", str), ("prev", str, "")]  # fmt: skip  # noqa: E501
Meta = msgspec.defstruct("Meta", FIELDS)
Envelope = msgspec.defstruct("Envelope", [("meta", Meta), ("data", dict)])


def fold(row: dict, meta, sequence: int, data: dict) -> dict:
    row = {**row, "version": meta.version, "sequence": sequence, "updated_at": meta.recorded_at}
    row |= {name: value for name, value in data.get("fields", data).items() if name in row}
    if meta.type == "FeedbackReceived":
        row |= {"fault_at": datetime.fromisoformat(data["fault_at"]), "state": "RECEIVED", "registered_by": meta.actor}
        row["received_at"] = received = datetime.fromisoformat(data["received_at"])
        row |= {"next_due_at": received + timedelta(hours=8), "next_clock": "FIRST_RESPONSE"}
    elif meta.type == "CaseAcknowledged":
        row |= {"acknowledged_at": datetime.fromisoformat(data["ack_at"]), "acknowledged_by": meta.actor}
        row |= {"next_due_at": row["received_at"] + timedelta(hours=120), "next_clock": "RESOLUTION"}
    elif meta.type == "Classified":
        row |= {"state": "TRIAGED", "is_classified": True}
    return row


def write(database: psycopg.Connection, rows: list[dict], position: int) -> None:
    change = ", ".join(f"{name} = excluded.{name}" for name in rows[0])
    with database.transaction(), database.cursor() as cursor:
        cursor.execute("create temp table if not exists stage (like read.bare) on commit delete rows")
        with cursor.copy(f"copy {'read.bare' if MODE == 'rebuild' else 'stage'} from stdin") as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))
        merge = f"insert into read.bare select * from stage on conflict (aggregate_id) do update set {change}"
        cursor.execute(KEY if MODE == "rebuild" else merge)
        cursor.execute("update read.bare_position set position = %s", (position,))


async def main() -> None:
    database = psycopg.connect(os.environ["POSTGRES"], autocommit=True)
    database.execute(NEW)
    columns = [column.name for column in database.execute("select * from read.bare").description]
    user, password = os.environ["NATS_USER"], os.environ["NATS_PASSWORD"]
    client = await nats.connect(os.environ["NATS_URL"], user=user, password=password, inbox_prefix=b"_INBOX_service")
    messages, began, used, inbox = asyncio.Queue(), time.perf_counter(), time.process_time(), client.new_inbox()
    await client.subscribe(inbox, cb=messages.put, pending_msgs_limit=-1, pending_bytes_limit=-1)
    settings = {"name": "bare", "deliver_policy": "all", "ack_policy": "none", "inactive_threshold": 5_000_000_000}
    wanted = json.dumps({"stream_name": "EVENTS", "config": settings}).encode()
    await client.request(f"{API}.CREATE.EVENTS.bare", wanted)
    decode, heads, rows, changed, writing = msgspec.json.Decoder(Envelope).decode, {}, {}, {}, asyncio.sleep(0)
    blank = dict.fromkeys(columns) | {"cycle": 1, "policy_version": 1, "is_classified": False, "origin": "live"}
    blank |= {"missing": [], "flags": [], "technicians": []}
    await client.publish(f"{API}.MSG.NEXT.EVENTS.bare", b"%d" % BATCH, reply=inbox)
    for sequence in range(1, END + 1):
        if sequence % BATCH == 1:
            await client.publish(f"{API}.MSG.NEXT.EVENTS.bare", b"%d" % BATCH, reply=inbox)
        message = await messages.get()
        subject, envelope, before = message.subject, decode(message.data), heads.get(message.subject, (0, ""))
        meta, position, copied = envelope.meta, int(message.reply.split(".")[5]), message.headers["Nats-Msg-Id"]
        if (position, copied, meta.version - 1, meta.prev) != (sequence, meta.event_id, *before):
            raise ValueError("a gap, a broken chain or a wrong header")
        heads[subject] = meta.version, sha256(before[1].encode() + message.data).hexdigest()
        if subject.startswith("evt.case."):
            row = rows.get(subject) or blank | {"aggregate_id": subject[9:]}
            rows[subject] = changed[subject] = fold(row, meta, sequence, envelope.data)
        if sequence == END or (MODE != "rebuild" and sequence % 20_000 == 0):
            await writing
            writing = asyncio.create_task(asyncio.to_thread(write, database, list(changed.values()), sequence))
            changed = {}
    await writing
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time() - used}), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
