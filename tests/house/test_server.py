"""The server as a whole: one command, real sockets."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from daftar.kernel.serving.child import Child
from tests.house.installation import ROOT, is_alive, stop, worker_pids

pytestmark = pytest.mark.slow


def test_one_command_serves_and_stops_politely(house):
    with house.serving() as server:
        assert httpx.get(f"{house.address}/healthz").json() == {"status": "ok"}
        wait_for(lambda: worker_pids(server.pid))
        workers = worker_pids(server.pid)

        assert stop(server) == 0
    assert not any(is_alive(pid) for pid in workers)
    assert "Fatal" not in house.log.read_text()
    assert "Traceback" not in house.log.read_text()
    key = house.folder / "data" / "keys" / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) >= 64


def test_a_killed_server_leaves_no_worker_and_the_next_one_starts(house):
    server = house.start()
    wait_for(lambda: worker_pids(server.pid))
    workers = worker_pids(server.pid)

    server.kill()
    server.wait()

    wait_for(lambda: not any(is_alive(pid) for pid in workers))
    with house.serving():
        assert httpx.get(f"{house.address}/readyz").status_code == 200


def test_a_dead_worker_is_replaced(house):
    with house.serving() as server:
        wait_for(lambda: worker_pids(server.pid))
        (first,) = worker_pids(server.pid)

        os.kill(first, signal.SIGKILL)

        wait_for(lambda: [pid for pid in worker_pids(server.pid) if pid != first and is_alive(pid)])


def test_the_first_worker_shares_the_servers_memory_but_not_its_lock_and_port(house):
    with house.serving() as server:
        wait_for(lambda: worker_pids(server.pid))
        (worker,) = worker_pids(server.pid)
        held = {os.readlink(f"/proc/{worker}/fd/{number}") for number in os.listdir(f"/proc/{worker}/fd")}
        shared = int(re.search(r"Shared_Dirty:\s+(\d+)", Path(f"/proc/{worker}/smaps_rollup").read_text())[1])

        assert not any(place.endswith("server.lock") for place in held)
        assert listening_inode(house.port) not in held
        assert shared > 10_000, "kB that both have written before they parted"


def test_a_server_that_starts_again_keeps_its_address_and_has_a_new_worker(house):
    with house.serving() as server:
        wait_for(lambda: worker_pids(server.pid))
        (first,) = worker_pids(server.pid)

        server.send_signal(signal.SIGHUP)

        wait_for(lambda: worker_pids(server.pid) not in ([], [first]))
        assert not is_alive(first)
        assert httpx.get(f"{house.address}/healthz", timeout=60).status_code == 200


def test_a_worker_ends_quietly_when_it_is_told_to(house):
    """Told by the signal, or by the end of its standard input, which is the end of the server."""
    ways = {"signal": lambda worker: worker.send_signal(signal.SIGTERM), "pipe": lambda worker: worker.stdin.close()}
    workers = {
        name: subprocess.Popen(
            [sys.executable, "manage.py", "work", "--with-parent"],
            cwd=ROOT, env={**house.env, "DAFTAR_LOG": "warning"}, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ways
    }  # fmt: skip
    wait_for(lambda: house.query("SELECT count(*) FROM kernel_workerlife") == [(len(ways),)])

    for name, worker in workers.items():
        ways[name](worker)

        assert (worker.wait(60), worker.stderr.read()) == (0, "")
        worker.stderr.close()


def test_no_copy_is_made_beside_another_thread():
    """It might hold a lock just then, which would never be free in the copy."""
    child = Child(["true"])
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()

    assert not child.divide()
    assert child.first is None

    done.set()
    other.join()


def test_a_second_server_in_the_same_folder_is_refused_with_a_sentence(house):
    if house.database_name:
        return  # on PostgreSQL several servers may share a folder
    with house.serving() as server:
        second = house.manage("serve", must_work=False, DAFTAR_PORT="0")

        assert second.returncode == 1
        assert f"(process {server.pid}) works in" in second.stderr


def test_debug_on_a_public_address_is_refused(house):
    done = house.manage("serve", must_work=False, DAFTAR_DEBUG="1", DAFTAR_HOST="0.0.0.0")

    assert done.returncode == 1
    assert "DAFTAR_DEBUG is on" in done.stderr


def test_a_taken_port_is_a_sentence(house):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", house.port))
        taken.listen()

        done = house.manage("serve", must_work=False)

    assert f"Port {house.port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_slow_posts_hold_no_thread_and_headers_are_on_every_answer(whole_house):
    house = whole_house
    with house.serving("--web-only"):
        slow = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(12)]
        for connection in slow:
            connection.sendall(b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nemail=")

        began = time.monotonic()
        answers = [
            httpx.get(f"{house.address}{path}") for path in ["/healthz", "/nothing-here", "/sign-in/", "/%ff%00"]
        ]
        too_large = raw(
            house.port, b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\nx"
        )
        foreign = httpx.get(f"{house.address}/healthz", headers={"Host": "evil.example"})

        assert time.monotonic() - began < 30, "a page waited for a slow client"
        assert too_large.startswith(b"HTTP/1.1 413")
        assert foreign.status_code == 400
        for answer in [*answers, foreign]:
            assert answer.status_code < 500, answer.url
            policy = answer.headers["Content-Security-Policy"]
            assert "'unsafe-inline'" not in policy
            assert "object-src 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for connection in slow:
            connection.close()


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        return connection.recv(4096)


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def listening_inode(port: int) -> str:
    """How /proc names the socket that waits at this port."""
    waiting = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return next(f"socket:[{row[9]}]" for row in waiting if row[1].endswith(f":{port:04X}") and row[3] == "0A")
