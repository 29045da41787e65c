"""What went wrong, as people are told."""

import psycopg
import pytest
from psycopg_pool import PoolTimeout

from services.command_line.failures import told
from services.intake.mail.intake import Later


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.AdminShutdown("terminating connection due to unexpected postmaster exit"),
        psycopg.errors.CannotConnectNow("the database system is starting up"),
        PoolTimeout("no connection"),
        Later("terminating connection due to unexpected postmaster exit"),
        ConnectionError("no NATS server takes us"),
        ExceptionGroup("several", [psycopg.OperationalError("the connection is closed")]),
    ],
)
def test_a_server_that_is_away_is_told_in_our_words(error: Exception) -> None:
    assert told(error).startswith("服务器无法连接 / the servers cannot be reached (")
    assert "terminating" not in told(error)
