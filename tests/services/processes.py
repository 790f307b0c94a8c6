"""Temporary servers: an empty folder, a free port, an unprivileged user, an end."""

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

UNPRIVILEGED = "nobody"


class CannotStart(RuntimeError):
    """This way of getting a server is closed; the next one is tried."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def folder(name: str) -> Path:
    """Make a folder that the server's user owns and that goes away at the end."""
    path = Path(tempfile.mkdtemp(prefix=f"jiying_{name}_"))
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        os.chown(path, user.pw_uid, user.pw_gid)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def as_unprivileged(command: Sequence[str]) -> list[str]:
    """Return the command so that it never runs as root. Raises ``CannotStart``."""
    if os.geteuid() != 0:
        return list(command)
    if shutil.which("setpriv"):
        user = pwd.getpwnam(UNPRIVILEGED)
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]
    if shutil.which("runuser"):
        return ["runuser", "-u", UNPRIVILEGED, "--", *command]
    raise CannotStart("running as root, and neither setpriv nor runuser is there")


def reachable(tree: Path, home: Path, *, parts: Sequence[str]) -> Path:
    """Return a copy of the named parts of a folder that the unprivileged user can reach; itself if not root.

    A virtual environment below root's home is closed to everybody else.
    """
    if os.geteuid() != 0:
        return tree
    for part in parts:
        if (tree / part).exists():
            shutil.copytree(tree / part, home / part, symlinks=True)
    return home


def run(command: Sequence[str], *, cwd: Path) -> None:
    """Run one command to its end. Raises ``CannotStart``."""
    try:
        subprocess.run(as_unprivileged(command), cwd=cwd, check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotStart(str(error)) from error


def start(command: Sequence[str], *, cwd: Path, ready: Callable[[], bool], seconds: float = 20) -> None:
    """Start a server, wait until it is ready and stop it when the tests end. Raises ``CannotStart``."""
    with (cwd / "log").open("wb") as log:
        try:
            process = subprocess.Popen(as_unprivileged(command), cwd=cwd, stdout=log, stderr=log)
        except OSError as error:
            raise CannotStart(str(error)) from error
    atexit.register(_stop, process)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CannotStart((cwd / "log").read_text(errors="replace")[-500:])
        if ready():
            return
        time.sleep(0.1)
    _stop(process)
    raise CannotStart(f"{command[0]} did not answer within {seconds:g} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
