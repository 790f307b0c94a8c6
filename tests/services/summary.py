"""The last lines of a test run: on what it ran, what it left out and why, how long each app took."""

import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.services.session import Found


class Summary:
    """Collect skips and times; fail the run where services were required and missing."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.skipped: Counter[str] = Counter()
        self.missing_services = 0
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add one phase of one test."""
        self.seconds[_app(report.nodeid)] += report.duration
        if not report.skipped:
            return
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        self.skipped[reason.removeprefix("Skipped: ")] += 1
        self.missing_services += "services" in report.keywords

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a run that skipped what it had to do into a failure."""
        if self.missing_services and services_required() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Print the lines after everything else."""
        print("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Return the summary's lines."""
        lines = [
            "",
            f"database: {self.found.database}",
            f"broker:   {self.found.broker}",
            f"browser:  {self.found.browser}",
        ]
        lines += [f"skipped:  {count} × {reason}" for reason, count in sorted(self.skipped.items())] or [
            "skipped:  nothing"
        ]
        times = sorted(self.seconds.items(), key=lambda item: -item[1])
        lines.append("time:     " + (" · ".join(f"{app} {seconds:.1f} s" for app, seconds in times) or "–"))
        if self.missing_services and services_required():
            lines.append(
                f"FAILED:   {self.missing_services} tests need PostgreSQL and Redis, which are required here"
            )
        return lines


def services_required() -> bool:
    """Say whether a run without PostgreSQL and Redis is a failure (continuous integration)."""
    return any(
        os.environ.get(name, "").lower() in {"1", "true", "yes"} for name in ("CI", "REQUIRE_SERVICES")
    )


def _app(nodeid: str) -> str:
    parts = Path(nodeid.split("::")[0]).parts
    return parts[1] if len(parts) > 2 else parts[0]
