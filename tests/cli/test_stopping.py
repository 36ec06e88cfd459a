"""Ctrl+C in a terminal reaches every process at once, and leaves none of them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.serving import free_port, own_environment
from tests.journeys.visiting import Visitor

pytestmark = [pytest.mark.timeout(120)]


def test_ctrl_c_leaves_nobody_on_the_ports(tmp_path: Path) -> None:
    ports = free_port(), free_port()
    environment = {**own_environment(), "CLOSECALL_HOME": str(tmp_path / "home")}
    closecall = [sys.executable, "-m", "closecall"]
    made = [*closecall, "demo", "--json", "--reports", "12"]
    subprocess.run(made, env=environment, check=True, capture_output=True)
    for _again in range(2):  # the second start says so if a port is still held
        server = subprocess.Popen(
            [*closecall, "serve", "--public", f"127.0.0.1:{ports[0]}", "--desk", f"127.0.0.1:{ports[1]}"],
            env=environment,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert server.stdout is not None
        try:
            with server.stdout:
                while b"Stop with" not in (line := server.stdout.readline()):
                    assert line, "it didn't start"
                for port, path in zip(
                    ports, ("/", "/sign-in/"), strict=True
                ):  # both work, and were read from
                    assert Visitor(f"127.0.0.1:{port}").get(path).status == 200
                time.sleep(1)
                os.killpg(server.pid, signal.SIGINT)
            assert server.wait(30) == 0
        finally:
            if server.poll() is None:
                server.terminate()
                server.wait(30)
