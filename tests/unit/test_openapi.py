"""The published description of the API is valid and says what the registry says."""

from typing import Any

from openapi_spec_validator import validate

from services.administration.stage import STAGE as ADMINISTRATION
from services.console.openapi import document
from services.console.routes import RouteTable, kebab
from services.followup.stage import STAGE as FOLLOWUP
from services.intake.stage import STAGE as INTAKE
from services.triage.stage import STAGE as TRIAGE
from shared.store.checker import draft_of
from tests.support import samples

TABLE = RouteTable((INTAKE, TRIAGE, FOLLOWUP, ADMINISTRATION))
DOCUMENT: dict[str, Any] = document(TABLE, "0.1.0")
SCHEMAS = DOCUMENT["components"]["schemas"]


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_every_command_for_people_has_a_route_and_no_other() -> None:
    posts = {operation["post"]["operationId"] for operation in DOCUMENT["paths"].values() if "post" in operation}
    commands = {route.command.name for route in TABLE.routes if not route.command.is_system}
    assert posts - {"sign-in", "put-file", "set-message-aside", "simulate"} == commands
    assert "/api/v1/policies/{id}/publish-sla-policy" in DOCUMENT["paths"]


def test_bodies_are_closed_and_hide_what_the_service_sets() -> None:
    report = SCHEMAS["RegisterFeedback"]
    assert report["additionalProperties"] is False
    assert {"at", "late_reason", "on_behalf_of", "source_device"} <= set(report["properties"])
    assert not {"policy_version", "contact_id", "vocabulary_version", "import_batch"} & set(report["properties"])
    assert "person_id" not in SCHEMAS["Contact"]["properties"]


def test_what_the_document_requires_is_what_the_checker_requires() -> None:
    for route in TABLE.routes:
        if route.command.is_system:
            continue
        _, findings = draft_of(route.command.event, {})
        missing = {fault.field for fault in findings.faults if fault.code == "V-REQ"}
        assert missing == set(SCHEMAS[route.command.name]["required"]), route.command.name


def test_the_sample_report_names_only_fields_of_the_document() -> None:
    assert set(samples.report()) <= set(SCHEMAS["RegisterFeedback"]["properties"])


def test_names_in_urls_are_kebab_case() -> None:
    assert kebab("PublishSlaPolicy") == "publish-sla-policy"
    assert kebab("Classify") == "classify"
