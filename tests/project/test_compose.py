"""The compose file: right in form, and its commands really start and work."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import jsonschema
import pytest
import yaml
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from common import jobs
from common.choices import RunState
from common.models import AuditHead, JobRun

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
APP_SERVICES = ["migrate", "web", "worker", "beat"]

DUE = "2026-08-31T16:05:00+00:00"

DURATION = {"type": "string", "pattern": r"^(\d+h)?(\d+m)?(\d+s)?$"}
TEXT = {"type": "string", "minLength": 1}
WORDS = {"type": "array", "items": TEXT, "minItems": 1}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["image"]}, {"required": ["build"]}],
    "properties": {
        "build": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"context": TEXT, "dockerfile": TEXT},
        },
        "command": WORDS,
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {
                    "condition": {
                        "enum": ["service_started", "service_healthy", "service_completed_successfully"]
                    }
                },
            },
        },
        "env_file": WORDS,
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "required": ["test"],
            "properties": {
                "test": {**WORDS, "contains": {"enum": ["CMD", "CMD-SHELL"]}},
                "interval": DURATION,
                "timeout": DURATION,
                "start_period": DURATION,
                "retries": {"type": "integer", "minimum": 1},
            },
        },
        "image": TEXT,
        "init": {"type": "boolean"},
        "ports": {"type": "array", "items": {"type": "string", "pattern": r"^127\.0\.0\.1:\d+:\d+$"}},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "stop_grace_period": DURATION,
        "volumes": {"type": "array", "items": {"type": "string", "pattern": r"^[a-z]+:/[a-z/]+$"}},
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["services"],
    "patternProperties": {"^x-": {}},
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "services": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {"^[a-z]+$": SERVICE},
        },
        "volumes": {"type": "object", "additionalProperties": {"type": ["object", "null"]}},
    },
}


def test_the_file_has_the_form_compose_reads():
    jsonschema.Draft202012Validator(SCHEMA).validate(COMPOSE)


@pytest.mark.parametrize("change", [{"helthcheck": {}}, {"restart": "sometimes"}, {"ports": ["8000:8000"]}])
def test_the_form_refuses_a_mistake(change):
    broken = {"services": {"web": COMPOSE["services"]["web"] | change}}
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(broken)


def test_references_between_services_and_volumes_hold():
    services = COMPOSE["services"]
    assert set(services) == {*APP_SERVICES, "postgres", "redis"}
    for service in services.values():
        for name, need in service.get("depends_on", {}).items():
            assert need["condition"] != "service_healthy" or "healthcheck" in services[name]
        assert {mount.split(":")[0] for mount in service.get("volumes", [])} <= set(COMPOSE["volumes"])
    assert [name for name in services if name != "migrate" and "healthcheck" not in services[name]] == []


def test_every_variable_of_the_file_and_the_settings_is_explained():
    explained = (ROOT / ".env.example").read_text(encoding="utf-8")
    source = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    wanted = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))
    wanted |= set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    internal = {"DEBUG", "JOBS_INLINE"}
    assert (
        sorted(name for name in wanted - internal if not re.search(rf"^#?{name}=", explained, re.MULTILINE))
        == []
    )


def environment(folder):
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    given = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    own = {"DATABASE_URL": database, "VAR_DIR": str(folder), "STATIC_ROOT": str(folder / "static")}
    return given | own | {"PRODUCTION": "1", "HTTPS": "0", "PYTHONUNBUFFERED": "1"}


def command_of(name, **changes):
    """Return the very command of the file, its ports and paths replaced by the test's."""
    words = [changes.get(word, word) for word in COMPOSE["services"][name]["command"]]
    program = sys.executable if words[0] == "python" else str(Path(sys.executable).parent / words[0])
    return [program, *words[1:]]


@contextmanager
def running(name, folder, **changes):
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command_of(name, **changes), cwd=ROOT, env=environment(folder), stdout=output, stderr=output
        )
    try:
        yield process, log
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def eventually(condition, log, seconds=45):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.2)
    pytest.fail(f"not within {seconds} s: {log.read_text(errors='replace')[-2000:]}")


slow_with_services = pytest.mark.usefixtures("transactional_db")


@pytest.mark.slow
@pytest.mark.services
@slow_with_services
def test_the_web_command_serves(tmp_path):
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=ROOT, env=environment(tmp_path), check=True,
    )  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"

    def healthy():
        try:
            return urlopen(f"http://{address}/health/", timeout=5).read() == b"ok"
        except OSError:
            return False

    with running("web", tmp_path, **{"0.0.0.0:8000": address}) as (_, log):
        eventually(healthy, log)
        page = urlopen(f"http://{address}/accounts/login/", timeout=20)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe-inline" not in policy


@pytest.mark.slow
@pytest.mark.services
@slow_with_services
def test_the_worker_command_does_what_is_asked_for(tmp_path, settings):
    settings.JOBS_INLINE = False
    with running("worker", tmp_path, INFO="INFO") as (_, log):
        run = jobs.enqueue("common.audit_head", due=DUE)

        def done():
            run.refresh_from_db()
            return run.state == RunState.DONE

        eventually(done, log)
        assert (run.result["day"], run.attempts) == ("2026-08-31", 1)
    current_app.close()


def children_of(pid):
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.slow
@pytest.mark.services
@slow_with_services
def test_a_job_whose_process_was_killed_is_taken_over(tmp_path, settings):
    settings.JOBS_INLINE = False
    run = JobRun.objects.create(
        job="common.audit_head", key="k", task_id="t1", params={"due": DUE}, requested_at=timezone.now()
    )
    jobs._send(run.pk, run.task_id)

    def is_at(state, attempts):
        run.refresh_from_db()
        return (run.state, run.attempts) == (state, attempts)

    with running("worker", tmp_path) as (process, log):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE common_auditevent IN ACCESS EXCLUSIVE MODE")
            eventually(lambda: is_at(RunState.RUNNING, 1), log)
            for child in children_of(process.pid):
                os.kill(child, signal.SIGKILL)
            eventually(lambda: is_at(RunState.RUNNING, 2), log)
        eventually(lambda: is_at(RunState.DONE, 2), log)
        assert AuditHead.objects.count() == 1
    current_app.close()


@pytest.mark.slow
@pytest.mark.services
@slow_with_services
def test_the_beat_command_reads_its_timetable(tmp_path):
    paths = {"/tmp/beat-schedule": str(tmp_path / "schedule"), "/tmp/beat.pid": str(tmp_path / "beat.pid")}
    with running("beat", tmp_path, **paths) as (process, log):
        eventually(lambda: "beat: Starting" in log.read_text() and list(tmp_path.glob("schedule*")), log)
        assert int((tmp_path / "beat.pid").read_text()) == process.pid
