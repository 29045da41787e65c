"""Whether the environment asks for traces, and only then the libraries that send them."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def are_wanted(environment: Mapping[str, str]) -> bool:
    """The standard variables of OpenTelemetry name a collector and do not switch it off."""
    is_off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return not is_off and environment.get("OTEL_TRACES_EXPORTER") != "none" and any(map(environment.get, _ENDPOINTS))


def sent(environment: Mapping[str, str], service: str) -> AbstractAsyncContextManager[None]:
    """Traces are sent while this is open, if they are wanted. Raises: ExporterMissing."""
    if not are_wanted(environment):
        return nullcontext()
    from shared.runtime.telemetry import exported

    return exported(environment, service)
