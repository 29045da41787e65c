"""Forms for commands: shown empty, sent to the service as a command, shown again with every fault at its field."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from services.console.advice import ADVISED, MODELS, Advice, advice_on
from services.console.door import Door, Draft
from services.console.front import visitor_of
from services.console.pages.forms.body import body_of
from services.console.pages.forms.correcting import COMMAND, aimed
from services.console.pages.forms.faults import FoundFault, at_fields, found_in, summary_of
from services.console.pages.forms.hints import ADVISED_FORMS, LOOKED_AT, hinted, looked_at
from services.console.pages.forms.messages import said_in_message
from services.console.pages.forms.parts_used import COMMAND as SHOWS_PARTS
from services.console.pages.forms.parts_used import parts_used
from services.console.pages.forms.presets import prefilled
from services.console.pages.forms.pruning import needed
from services.console.pages.forms.registers import completed, named
from services.console.pages.forms.shape import FormField, fields_of
from services.console.pages.forms.situation import Situation, situation
from services.console.pages.forms.tables import CIRCUMSTANCES, FOLDED, FORM_KINDS
from services.console.pages.forms.typed import ADD, DROP, FILL, REASON, Typed, compact, one, without_row
from services.console.pages.forms.uploads import posted
from services.console.pages.forms.view import Sight, has_something, nodes_of
from services.console.pages.language import Words, language_of
from services.console.pages.page import page, redirect
from services.console.pages.record_rows import FACTS
from services.console.parts import Parts
from services.console.reading import Reading
from services.console.routes import Route, RouteTable
from shared.store.commands import new_command_id
from shared.store.request import Answer, Circumstances

_AROUND = tuple(field for field in fields_of(Circumstances) if field.name in CIRCUMSTANCES)


class Shown(msgspec.Struct, kw_only=True):
    """What a form shows: values, the fields of this situation, faults, and the list that gets one more row."""

    given: Typed
    fields: Sequence[FormField]
    now: Situation
    command_id: str
    faults: Sequence[FoundFault] = ()
    status: int = 200
    added: str = ""
    advice: Advice | None = None
    hints: Sequence[Any] = ()


class Form:
    """One command's form."""

    def __init__(self, parts: Parts, door: Door, reading: Reading, route: Route) -> None:
        self.route = route
        self._files = parts.files
        self._door = door
        self._reading = reading
        self._fields = fields_of(route.command.event, route.command.name)

    async def empty(self, request: Request[Any, Any, Any], name: str | None) -> Response[Any]:
        """The form as it is first seen; what the address says is filled in."""
        now, fields = await self._asked(request, name)
        given = prefilled(fields, now)
        given |= {key: [value] for key, value in request.query_params.items() if key in {one.name for one in fields}}
        if self._opens_case:
            given |= await said_in_message(self._reading, now.visitor, one(given, "raw_content_ref"))
            given = await completed(self._reading, now, given)
        shown = Shown(given=given, fields=fields, now=now, command_id=new_command_id())
        self._aim(shown, Words(language_of(request)), keep_old=False)
        return await self._answered(request, name, shown)

    async def sent(self, request: Request[Any, Any, Any], name: str | None) -> Response[Any]:
        """Send what was typed, or show the form with one more row; a refusal comes back with its faults."""
        came = await posted(request, self._files)
        now, fields = await self._asked(request, name)
        given: dict[str, list[str]] = came.given
        shown = Shown(given=given, fields=fields, now=now, command_id=one(given, "command_id") or new_command_id())
        words = Words(language_of(request))
        shown.faults = [FoundFault(path, words("file_too_large")) for path in came.too_large]
        if self._opens_case:
            given = shown.given = await completed(self._reading, now, given)
        if added := one(given, ADD):
            shown.added = added
        elif dropped := one(given, DROP):
            shown.given = without_row(fields, given, dropped)
        elif not one(given, FILL) and not shown.faults and not await self._is_hinted(shown):
            return await self._send(request, name, shown, words)
        self._aim(shown, words, keep_old=False)
        return await self._answered(request, name, shown)

    async def _is_hinted(self, shown: Shown) -> bool:
        """Whether there are probable duplicates that nobody looked at yet; they are named as looked at from now on."""
        if not self._opens_case:
            return False
        found = await hinted(self._reading, shown.now.visitor, shown.given)
        known = looked_at(shown.given)
        shown.hints = [one for one in found if one.case_id not in known]
        if shown.hints:
            seen = [*known, *(one.case_id for one in shown.hints)]
            shown.given = {**shown.given, LOOKED_AT: ["\n".join(seen)]}
        return bool(shown.hints)

    async def _answered(self, request: Request[Any, Any, Any], name: str | None, shown: Shown) -> Response[Any]:
        """The form with the advice that belongs to its command."""
        if name is not None and self.route.command.name in ADVISED_FORMS and shown.now.visitor.has(*ADVISED):
            async with self._reading.at(MODELS) as (connection, _):
                shown.advice = await advice_on(self._reading, connection, shown.now.visitor, name)
        return self._page(request, name, shown)

    def _aim(self, shown: Shown, words: Words, *, keep_old: bool) -> None:
        """A correction asks for what its field asks for."""
        if self._corrects:
            shown.fields, shown.given = aimed(shown.fields, shown.now, shown.given, words, keep_old=keep_old)

    @property
    def _corrects(self) -> bool:
        return self.route.command.name == COMMAND

    @property
    def _opens_case(self) -> bool:
        return self.route.command.kind == "case" and self.route.action is None

    async def _asked(
        self, request: Request[Any, Any, Any], name: str | None
    ) -> tuple[Situation, tuple[FormField, ...]]:
        case_id = name if self.route.command.kind == "case" else None
        language = language_of(request)
        now = await situation(self._reading, visitor_of(request), self._fields, case_id, language)
        return now, needed(self.route.command.name, self._fields, now)

    async def _send(
        self, request: Request[Any, Any, Any], name: str | None, shown: Shown, words: Words
    ) -> Response[Any]:
        asked = shown.fields
        self._aim(shown, words, keep_old=True)
        shown.given = compact(shown.fields, shown.given)
        meant = await named(self._reading, shown.fields, shown.given)
        body = msgspec.json.encode(body_of(shown.fields, shown.given, meant))
        draft = Draft(body=body, command_id=shown.command_id if shown.command_id.isascii() else "invalid")
        answer = await self._door.send(self.route, name, draft, visitor_of(request))
        if answer.is_accepted:
            return redirect(self._on(answer))
        shown.faults, shown.status, shown.fields = found_in(answer, words), answer.status, asked
        self._aim(shown, words, keep_old=False)
        if answer.body["code"] == "V-KEY":
            # A refused key is not remembered, so the corrected form may keep its own; one that was used may not.
            shown.command_id = new_command_id()
        return await self._answered(request, name, shown)

    def _on(self, answer: Answer) -> str:
        after = answer.body["sequence"]
        if self.route.command.kind == "case":
            return f"/cases/{answer.body['id']}?after={after}"
        if self.route.action is not None and self.route.collection in FACTS:
            return f"/{self.route.collection}/{answer.body['id']}?after={after}"
        return f"/{self.route.collection}?after={after}"

    def _page(self, request: Request[Any, Any, Any], name: str | None, shown: Shown) -> Response[Any]:
        words, command = Words(language_of(request)), self.route.command.name
        sight = Sight(given=shown.given, faults={}, now=shown.now, words=words, added=shown.added, labels={})
        nodes_of((*shown.fields, *_AROUND), sight)
        labels = dict(sight.labels)
        sight.faults = at_fields(shown.faults, labels)
        nodes, around = nodes_of(shown.fields, sight), nodes_of(_AROUND, sight)
        folded = [node for node in nodes if node.path in FOLDED.get(command, ())]
        has_member = name is not None and (self.route.command.kind == "case" or self.route.collection in FACTS)
        above = "/" if self.route.command.kind == "case" else f"/{self.route.collection}"
        return page(
            request,
            "form.html",
            shown.status,
            command=command,
            advice=shown.advice,
            hints=shown.hints,
            name=name,
            warranty=shown.now.warranty,
            parts_used=list(parts_used(shown.now)) if command == SHOWS_PARTS else (),
            nodes=[node for node in nodes if node not in folded],
            folded=folded,
            is_unfolded=has_something(folded),
            around=around,
            is_late=has_something(around),
            has_files=any(one.kind in ("file", "files", "document") for one in _deep(shown.fields)),
            fill_after=self._fill_after(shown),
            fill="show_field" if self._corrects else "take_over",
            command_id=shown.command_id,
            reason=one(shown.given, REASON) or words("unknown_reason_default"),
            summary=summary_of(shown.faults, labels, words),
            action=self.action.replace("{id}", name or ""),
            back=f"/{self.route.collection}/{name}" if has_member else above,
        )

    def _fill_after(self, shown: Shown) -> str:
        """The field behind which a button fills in more of the form."""
        if self._corrects:
            return "target_event_id" if shown.now.chosen is None else "field_path"
        return "mould_id" if self._opens_case else ""

    @property
    def action(self) -> str:
        """The address of the form; `{id}` stands for the aggregate."""
        if self._opens_case:
            return "/register"
        return f"/{self.route.collection}/" + (f"{{id}}/{self.route.action}" if self.route.action else "register")


def _deep(fields: Sequence[FormField]) -> list[FormField]:
    return [each for field in fields for each in (field, *_deep(field.fields))]


def has_form(route: Route) -> bool:
    """Whether people send a command by a form."""
    return route.command.kind in FORM_KINDS and not route.command.is_system


def form_handlers(parts: Parts, door: Door, table: RouteTable, reading: Reading) -> Sequence[HTTPRouteHandler]:
    """The handlers of all forms."""
    handlers: list[HTTPRouteHandler] = []
    for route in table.routes:
        if has_form(route):
            form = Form(parts, door, reading, route)
            handlers += _opening(form) if route.action is None else _acting(form)
    return handlers


def _opening(form: Form) -> Sequence[HTTPRouteHandler]:
    command = form.route.command.name

    @get(form.action, name=f"form-{command}")
    async def empty(request: Request[Any, Any, Any]) -> Response[Any]:
        return await form.empty(request, None)

    @post(form.action, name=f"send-{command}")
    async def sent(request: Request[Any, Any, Any]) -> Response[Any]:
        return await form.sent(request, None)

    return empty, sent


def _acting(form: Form) -> Sequence[HTTPRouteHandler]:
    command, path = form.route.command.name, form.action.replace("{id}", "{name:str}")

    @get(path, name=f"form-{command}")
    async def empty(request: Request[Any, Any, Any], name: str) -> Response[Any]:
        return await form.empty(request, name)

    @post(path, name=f"send-{command}")
    async def sent(request: Request[Any, Any, Any], name: str) -> Response[Any]:
        return await form.sent(request, name)

    return empty, sent
