"""The real program on two workers, and browsers' sessions signed in to it."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
LONGEST_START = 60
LONGEST_ANSWER = 120


class Session:
    """One signed-in person's browser, without its pictures and scripts."""

    def __init__(self, address: str, username: str, password: str) -> None:
        self.address, self.cookies = address, CookieJar()
        self._opener = _opener(self.cookies)
        self.get("/accounts/login/")
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken")
        form = {"login": username, "password": password, "csrfmiddlewaretoken": token}
        self._opener.open(
            f"{address}/accounts/login/", data=urlencode(form).encode(), timeout=LONGEST_ANSWER
        ).close()
        if not any(cookie.name == "sessionid" for cookie in self.cookies):
            raise RuntimeError(f"{username} could not sign in")

    def get(self, path: str) -> bytes:
        """Return the page's bytes. Raises ``HTTPError`` for anything but success."""
        with self._opener.open(self.address + path, timeout=LONGEST_ANSWER) as answer:
            return bytes(answer.read())


@contextmanager
def running() -> Iterator[str]:
    """Serve the bench database with gunicorn, its settings those of production but for HTTPS; yield the address.

    The server is this process's own child and ends with the block.
    """
    with tempfile.TemporaryDirectory(prefix="jiying-bench-") as folder, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        # Its own folders, so that nothing of an installation beside it is read or written.
        with_settings = [
            "env", "HTTPS=false", "DEBUG=false", "LOG_LEVEL=WARNING", f"VAR_DIR={folder}/var", f"STATIC_ROOT={folder}/static",
            sys.executable,
        ]  # fmt: skip
        subprocess.run(
            [
                *with_settings,
                "manage.py",
                "collectstatic",
                "--noinput",
                "-v0",
                "--ignore",
                "drf_spectacular_sidecar",
            ],
            cwd=ROOT,
            check=True,
        )
        server = subprocess.Popen(
            [*with_settings, "-m", "gunicorn", "config.wsgi", "--workers", str(WORKERS), "--log-level", "warning",
             "--timeout", str(LONGEST_ANSWER), "--bind", f"fd://{listening.fileno()}"],
            cwd=ROOT, pass_fds=(listening.fileno(),),
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            _wait_for(address, server)
            yield address
        finally:
            _stop(server)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    opener, until = _opener(CookieJar()), time.monotonic() + LONGEST_START
    while True:
        try:
            opener.open(f"{address}/health/", timeout=5).close()
        except (URLError, TimeoutError) as error:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server did not start") from error
            time.sleep(0.2)
        else:
            return


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _opener(cookies: CookieJar) -> OpenerDirector:
    return build_opener(ProxyHandler({}), HTTPCookieProcessor(cookies))
