"""Nothing leaves this machine."""

import socket

import pytest


def test_a_connection_to_another_machine_is_refused(outside: list[str]) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection,
        pytest.raises(ConnectionRefusedError, match="Tests stay on this machine"),
    ):
        connection.connect(("192.0.2.1", 80))
    assert outside == ["192.0.2.1"]


def test_the_name_of_another_machine_is_not_looked_up(outside: list[str]) -> None:
    with pytest.raises(socket.gaierror, match="Tests stay on this machine"):
        socket.create_connection(("example.org", 80), timeout=1)
    assert outside == ["example.org"]


def test_a_connection_of_this_machine_with_itself_is_made(outside: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    assert outside == []
