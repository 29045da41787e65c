"""A day at the desk in a process of its own: what customers' persons say comes in by every way there is.

`python -m tests.support.personal_day DATA REPORT` leaves its deployment in DATA and writes what rows hold to REPORT.
"""

import asyncio
import json
import sys
from pathlib import Path
from uuid import uuid4

from services.command_line.compose import Services, services
from services.command_line.face import face
from services.command_line.logs import log_to
from services.command_line.stages import STAGES
from services.console.passwords import set_password
from services.intake.mail.wiring import import_mail
from shared.files.port import once
from shared.runtime.embedded import embedded
from shared.runtime.provisioning import provision
from shared.runtime.settings import Settings, settings_of
from shared.store.commands import Outgoing
from shared.store.request import Answer
from tests.support import personal_visit, samples
from tests.support.clear_text import in_rows
from tests.support.post_office import PostOffice, post_office
from tests.waiting import until

NAME, PHONE, EMAIL = "欧阳震霆", "13987654321", "ouyang.zhenting@secret-plant.example"
PROBLEM, NOTE, WRONG = "滑块咬死且导柱折断三根需紧急处理", "来电人语气焦急自称欧阳震霆", "不该出现的手机一三九八七六"
FILE_BYTES = "铭牌照片上的机密字样甲乙丙丁".encode() * 50
WRITER, ADDRESS, BODY = (
    "Xanthippe Quillfeather",
    "xanthippe@quill-mail.example",
    "The zirconium insert squealed at noon.",
)
MAIL_SUBJECT, MAIL_FILE = "Peculiar squealing noise", "quillfeather-photo.txt"
NEEDLES = (
    *(NAME, PHONE, EMAIL, PROBLEM, NOTE, WRONG, WRITER, ADDRESS, BODY, MAIL_SUBJECT, MAIL_FILE, "机密字样甲乙丙丁"),
    *personal_visit.NEEDLES,
)
MAIL = (
    f"From: {WRITER} <{ADDRESS}>\nTo: service@mould.example\nSubject: {MAIL_SUBJECT}\n"
    f'Message-ID: <1.{ADDRESS}>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n'
    f"--x\n\n{BODY}\n--x\nContent-Type: text/plain; name={MAIL_FILE}\nContent-Disposition: attachment\n\n"
    f"{BODY}{BODY}\n--x--\n"
)
BOUNCE = (
    f"Return-Path: <>\nFrom: MAILER-DAEMON@{ADDRESS.split('@')[1]}\nSubject: Undelivered: {MAIL_SUBJECT}\n\n{BODY}\n"
)


async def send(running: Services, service: str, command: str, body: object, to: str | None = None) -> Answer:
    here = running.ground
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    order = Outgoing(
        service=service, command=command, aggregate_id=to, command_id=str(uuid4()), token=here.system_token()
    )
    return await here.commands.ask(order, raw)


async def work(running: Services, inbox: Path) -> None:
    """A day at the desk: everything a customer's person says comes in by every way there is, also what is refused."""
    assert (
        await send(running, "administration", "AddUser", {"user_name": "supervisor", "roles": ["SUPERVISOR"]})
    ).status == 201
    assert (
        await send(running, "administration", "AddUser", {"user_name": personal_visit.USER, "roles": ["SPECIALIST"]})
    ).status == 201
    assert (
        await send(running, "administration", "PublishSlaPolicy", samples.service_levels(), "standard")
    ).status == 201
    contact = {"name": NAME, "phone": PHONE, "email": EMAIL}
    assert (await send(running, "intake", "RegisterCustomer", samples.customer(contacts=[contact]))).status == 201
    file = await running.ground.files.put(once(FILE_BYTES), f"{NAME}.txt")
    report = samples.report(
        contact_name=NAME,
        contact_phone=PHONE,
        contact_email=EMAIL,
        problem_description=PROBLEM,
        raw_content_ref=f"note:{NOTE}",
        received_at=running.ground.clock.now().isoformat(),
        attachments=[{"file_ref": file.file_ref, "name": f"{NAME}.txt"}],
    )
    registered = await send(running, "intake", "RegisterFeedback", report)
    assert registered.status == 201
    letter = {"via": "EMAIL", "to": EMAIL, "text": PROBLEM, "trigger": "OTHER"}
    for _ in range(2):
        answer = await send(running, "followup", "RequestMessage", letter, str(registered.body["id"]))
        assert answer.status == 201
    assert (await send(running, "intake", "RegisterFeedback", report | {"contact_phone": WRONG})).status == 422
    assert (await send(running, "intake", "RegisterFeedback", json.dumps(report).encode()[:-9])).status == 400
    (inbox / "letter.eml").write_text(MAIL)
    (inbox / "bounce.eml").write_text(BOUNCE)
    outcomes = {Path(one.path).name: one.outcome async for one in import_mail(running.ground, inbox)}
    assert outcomes == {"letter.eml": "registered", "bounce.eml": "listed"}


async def all_is_read(running: Services) -> None:
    """Wait until every read model holds the whole log."""
    last = await running.store.last()

    async def is_all_read() -> bool:
        async with running.ground.pool.connection() as connection:
            cursor = await connection.execute("select min(position) from projections.build where status = 'live'")
            row = await cursor.fetchone()
        return row is not None and row[0] is not None and row[0] >= last

    await until(is_all_read)


async def visit(running: Services, settings: Settings) -> None:
    """The same by the console: signed in, in a browser's form, refused in every way."""
    async with face(settings, personal_visit.Broken()) as (url, here):
        async with here.pool.connection() as connection:
            await set_password(connection, personal_visit.USER, personal_visit.PASSWORD)
        await personal_visit.visit(url)


async def day(data: Path, told: Path) -> None:
    """The whole day, and what rows hold at its end."""
    inbox = told.parent / "inbox"
    inbox.mkdir()
    async with post_office() as office:
        office.answers["RCPT"] = [f"550 5.1.1 <{EMAIL}> {NAME} is unknown here"]
        await lived(settings_of({"MOLDCARE_PORT": "0", **office.environment}, data), office, inbox, told)


async def lived(settings: Settings, office: PostOffice, inbox: Path, told: Path) -> None:
    """The day on servers of its own, with a mail server that refuses the first letter in so many words."""

    async def letters_are_out() -> bool:
        return len(office.taken) >= 1

    async with embedded(settings):
        await provision(settings)
        log_to(settings.data / "log")
        async with services(settings, STAGES, tick=0.2) as running:
            await work(running, inbox)
            await all_is_read(running)
            await visit(running, settings)
            await until(letters_are_out)
            await all_is_read(running)
            found, seen = await in_rows(settings.access("provision").postgres, NEEDLES)
            async with running.ground.pool.connection() as connection:
                people = str(await (await connection.execute("select * from read.people")).fetchall())
                texts = str(await (await connection.execute("select * from read.case_text")).fetchall())
    told.write_text(json.dumps({"found": found, "seen": sorted(seen), "people": people, "texts": texts}))


if __name__ == "__main__":
    asyncio.run(day(Path(sys.argv[1]), Path(sys.argv[2])))
