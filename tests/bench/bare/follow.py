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
KEY = "alter table read.bare add primary key (aggregate_id);" + "".join(
    f"create index on read.bare ({column});"
    for column in ("received_at, aggregate_id", "next_due_at", "customer_id", "mould_no")
)
FIELDS = [
    ("version", int),
    ("type", str),
    ("event_id", str),
    ("actor", str),
    ("recorded_at", datetime),
    ("prev", str, ""),
]
Meta = msgspec.defstruct("Meta", FIELDS)
Envelope = msgspec.defstruct("Envelope", [("meta", Meta), ("data", dict)])


def fold(row: dict, meta, sequence: int, data: dict) -> dict:
    row = {**row, "version": meta.version, "sequence": sequence, "updated_at": meta.recorded_at}
    row |= {name: value for name, value in data.get("fields", data).items() if name in row}
    if meta.type == "FeedbackReceived":
        row |= {"fault_at": datetime.fromisoformat(data["fault_at"]), "state": "RECEIVED", "registered_by": meta.actor}
        row["received_at"] = row["response_from"] = received = datetime.fromisoformat(data["received_at"])
        row |= {
            "next_due_at": received + timedelta(hours=8),
            "next_clock": "FIRST_RESPONSE",
            "missing": [],
            "flags": [],
        }
    elif meta.type == "CaseAcknowledged":
        row |= {"acknowledged_at": datetime.fromisoformat(data["ack_at"]), "next_due_at": None, "next_clock": None}
    elif meta.type == "Classified":
        row |= {"state": "TRIAGED", "is_classified": True}
    return row


def write(database: psycopg.Connection, columns: list[str], rows: list[dict], position: int) -> None:
    change = ", ".join(f"{name} = excluded.{name}" for name in columns)
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
    database.execute("drop table if exists read.bare, read.bare_position")
    database.execute(
        "create table read.bare (like read.open_cases); create table read.bare_position as select 0 as position"
    )
    database.execute("" if MODE == "rebuild" else KEY)
    columns = [column.name for column in database.execute("select * from read.bare").description]
    user, password = os.environ["NATS_USER"], os.environ["NATS_PASSWORD"]
    client = await nats.connect(os.environ["NATS_URL"], user=user, password=password, inbox_prefix=b"_INBOX_service")
    messages, began, used, inbox = asyncio.Queue(), time.perf_counter(), time.process_time(), client.new_inbox()
    await client.subscribe(inbox, cb=messages.put, pending_msgs_limit=-1, pending_bytes_limit=-1)
    settings = {"name": "bare", "deliver_policy": "all", "ack_policy": "none", "inactive_threshold": 5_000_000_000}
    question = json.dumps({"stream_name": "EVENTS", "config": settings}).encode()
    await client.request(f"{API}.CREATE.EVENTS.bare", question)
    decode, heads, rows, changed, writing = msgspec.json.Decoder(Envelope).decode, {}, {}, {}, None
    blank = dict.fromkeys(columns) | {"cycle": 1, "policy_version": 1, "is_classified": False, "origin": "live"}
    for sequence in range(1, END + 1):
        if sequence == 1 or sequence % BATCH == 1:
            for _ in range(2 if sequence == 1 else 1):
                await client.publish(f"{API}.MSG.NEXT.EVENTS.bare", b"%d" % BATCH, reply=inbox)
        message = await messages.get()
        envelope, before = decode(message.data), heads.get(message.subject, (0, ""))
        meta, is_case = envelope.meta, message.subject.startswith("evt.case.")
        if int(message.reply.split(".")[5]) != sequence or message.headers["Nats-Msg-Id"] != meta.event_id:
            raise ValueError("a gap or a wrong header")
        if (meta.version - 1, meta.prev) != before:
            raise ValueError("a broken chain")
        heads[message.subject] = meta.version, sha256(before[1].encode() + message.data).hexdigest()
        if is_case:
            row = rows.get(message.subject) or blank | {"aggregate_id": message.subject[9:]}
            rows[message.subject] = changed[message.subject] = fold(row, meta, sequence, envelope.data)
        if sequence == END or (MODE != "rebuild" and sequence % 20_000 == 0):
            await (writing or asyncio.sleep(0))
            coming = asyncio.to_thread(write, database, columns, list(changed.values()), sequence)
            writing, changed = asyncio.ensure_future(coming), {}
    await writing
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time() - used}), flush=True)
    await client.close()


if __name__ == "__main__":
    uvloop.run(main())
