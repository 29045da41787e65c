"""The invitation to a visit as calendars read it (RFC 5545, 5546): asked for, moved under the same UID, called off."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText
from msgspec import Struct

MINUTES = 60
"""How long an arrival takes in a calendar; how long the service takes nobody knows before."""


class Visit(Struct, frozen=True, kw_only=True):
    """A visit as it is told to the customer's calendar. `number` rises with each change."""

    uid: str
    number: int
    told_at: datetime
    starts_at: datetime | None
    is_cancelled: bool
    summary: str
    text: str
    organizer: str
    organizer_name: str
    attendee: str


def method_of(visit: Visit) -> str:
    """What the calendar is to do."""
    return "CANCEL" if visit.is_cancelled else "REQUEST"


def invitation(visit: Visit) -> str:
    """The text of the invitation. Raises: ValueError when a visit that takes place has no time."""
    if visit.starts_at is None and not visit.is_cancelled:
        raise ValueError("a visit begins at some time")
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.number)
    event.add("dtstamp", visit.told_at.astimezone(UTC))
    if visit.starts_at is not None:
        event.add("dtstart", visit.starts_at.astimezone(UTC))
        event.add("duration", timedelta(minutes=MINUTES))
    event.add("summary", visit.summary)
    event.add("description", visit.text)
    event.add("status", "CANCELLED" if visit.is_cancelled else "CONFIRMED")
    event.add("organizer", _person(visit.organizer, visit.organizer_name))
    attendee = _person(visit.attendee)
    for name, value in (("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", "NEEDS-ACTION"), ("RSVP", "FALSE")):
        attendee.params[name] = vText(value)
    event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", "-//Moldcare//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(visit))
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _person(address: str, name: str = "") -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if name:
        person.params["CN"] = vText(name)
    return person
