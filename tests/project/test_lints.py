"""House rules that no other tool holds, read from the sources themselves."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(settings.BASE_DIR)
APPS = ("common", "people", "metrics", "performance", "incentives", "safeguards", "reviews", "portal")
CODE = [
    path
    for folder in (*APPS, "config", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "__pycache__" not in path.parts
]
RULE_CODE = [path for path in CODE if "migrations" not in path.parts]
Finder = Callable[[ast.AST], Iterator[str]]


def found_in(paths: list[Path], finder: Finder) -> list[str]:
    """Return "file:line: what" for everything the finder reports."""
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}: {what}"
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for what in finder(node)
    ]


def imported(node: ast.AST) -> list[str]:
    """Return the modules (and names in them) that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def called(node: ast.AST) -> str:
    """Return the dotted name that a call calls, else an empty text."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def whole_server_commands(node: ast.AST) -> Iterator[str]:
    """Redis commands that touch what belongs to others."""
    name = called(node).rsplit(".", 1)[-1]
    if name in {"flushdb", "flushall"} or (name == "keys" and isinstance(node, ast.Call) and node.args):
        yield called(node)
    if isinstance(node, ast.Constant) and node.value in {"FLUSHDB", "FLUSHALL", "KEYS"}:
        yield str(node.value)


def environment_readings(node: ast.AST) -> Iterator[str]:
    """Reading the environment anywhere but in the settings."""
    if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv", "os.environb"}:
        yield ast.unparse(node)
    yield from (name for name in imported(node) if name in {"environ", "os.environ", "os.getenv"})


def unsafe_readers(node: ast.AST) -> Iterator[str]:
    """Ways of turning data into code."""
    if called(node) in {"eval", "exec", "compile", "yaml.load", "yaml.unsafe_load", "yaml.full_load"}:
        yield called(node)
    yield from (
        name for name in imported(node) if name.split(".")[0] in {"pickle", "marshal", "shelve", "dill"}
    )


def task_imports(node: ast.AST) -> Iterator[str]:
    """Importing work instead of asking for it by name."""
    yield from (name for name in imported(node) if re.fullmatch(r"\w+\.tasks(\..*)?", name))


def managers(node: ast.AST) -> Iterator[str]:
    """Queries written where requests are translated."""
    if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
        yield ast.unparse(node)


DECIMAL_COLUMNS = {
    field.name
    for model in apps.get_models()
    if model._meta.app_label in APPS
    for field in model._meta.get_fields()
    if isinstance(field, models.DecimalField)
}


def sums_of_decimals(node: ast.AST) -> Iterator[str]:
    """Adding a decimal column inside a database that may add it as floats."""
    if called(node).rsplit(".", 1)[-1] not in {"Sum", "Avg"}:
        return
    text = ast.unparse(node)
    words = {
        word for constant in ast.walk(node) if isinstance(constant, ast.Constant) for word in [constant.value]
    }
    if any(str(word).split("__")[-1] in DECIMAL_COLUMNS for word in words):
        yield text


def is_door(path: Path) -> bool:
    """Say whether a file translates requests: a view or a part of the API."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return any(part in {"views", "api"} for part in parts[1:])


RULES: dict[str, tuple[Finder, list[Path]]] = {
    "no command touches a whole Redis server": (whole_server_commands, CODE),
    "only the settings read the environment": (
        environment_readings,
        # The measurements are a program of their own: they make a database and name it before Django starts.
        [
            path
            for path in CODE
            if path not in {ROOT / "config" / "settings.py", ROOT / "benchmarks" / "__main__.py"}
        ],
    ),
    "data is never run": (unsafe_readers, CODE),
    "work is asked for by name": (task_imports, RULE_CODE),
    "views and the API hold no queries": (managers, [path for path in RULE_CODE if is_door(path)]),
    "money is added by common.money": (
        sums_of_decimals,
        [path for path in RULE_CODE if path != ROOT / "common" / "money.py"],
    ),
}
BROKEN = {
    "no command touches a whole Redis server": [
        "client.flushdb()",
        "redis.Redis().keys('*')",
        "c.execute_command('FLUSHALL')",
    ],
    "only the settings read the environment": ["os.environ['X']", "os.getenv('X')", "import environ"],
    "data is never run": ["eval(x)", "import pickle", "from pickle import loads", "yaml.load(f)"],
    "work is asked for by name": [
        "from metrics.tasks import x",
        "from metrics import tasks",
        "import a.tasks",
    ],
    "views and the API hold no queries": ["Team.objects.all()", "model._default_manager.get()"],
}


@pytest.mark.parametrize("rule", RULES)
def test_the_code_keeps(rule):
    finder, paths = RULES[rule]
    allowed = {ROOT / "manage.py", ROOT / "config" / "wsgi.py", ROOT / "config" / "celery.py"}
    given = [path for path in paths if not (finder is environment_readings and path in allowed)]
    assert given
    assert found_in(given, finder) == []


@pytest.mark.parametrize(
    ("rule", "source"), [(rule, text) for rule, texts in BROKEN.items() for text in texts]
)
def test_the_rule_sees_what_it_forbids(rule, source):
    finder, _ = RULES[rule]
    assert [what for node in ast.walk(ast.parse(source)) for what in finder(node)]


def test_the_rule_for_money_sees_a_decimal_column():
    name = sorted(DECIMAL_COLUMNS)[0]
    broken = f"rows.aggregate(x=Sum('award__{name}'))"
    assert [what for node in ast.walk(ast.parse(broken)) for what in sums_of_decimals(node)]
    whole = "rows.aggregate(x=Sum('plays'))"
    assert not [what for node in ast.walk(ast.parse(whole)) for what in sums_of_decimals(node)]


OUTSIDE = re.compile(
    r"(?:https?:)?//(?!127\.0\.0\.1|localhost)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE
)
NAMES_ONLY = re.compile(r"//(?:www\.w3\.org|[\w.]*example\.(?:com|org))")
"""Names of XML vocabularies, which nothing fetches, and addresses made for examples."""


def served_files() -> list[Path]:
    folders = [
        path
        for name in ("templates", "static")
        for path in sorted((ROOT / name).rglob("*"))
        if path.is_file()
    ]
    inside = [
        path for app in APPS for kind in ("templates", "static") for path in (ROOT / app / kind).rglob("*")
    ]
    return [
        path
        for path in [
            *folders,
            *inside,
            *ROOT.glob("requirements*.txt"),
            ROOT / "Makefile",
            ROOT / ".ci" / "run",
        ]
        if path.is_file()
        and "vendor" not in path.parts
        and path.suffix in {".html", ".css", ".js", ".svg", ".txt", ".json", ""}
    ]


def test_nothing_served_or_installed_names_an_outside_host():
    hits = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in served_files()
        for match in OUTSIDE.finditer(path.read_text(encoding="utf-8"))
        if not NAMES_ONLY.search(match.group())
    ]
    assert hits == []


@pytest.mark.parametrize(
    "text", ["https://cdn.site.net/x.js", 'src="//cdn.site.net/x.js"', "http://pypi.site.org/simple"]
)
def test_the_rule_for_hosts_sees_one(text):
    assert OUTSIDE.search(text)
    assert not OUTSIDE.search("http://127.0.0.1:8000/")


def test_vendored_scripts_and_styles_fetch_nothing_from_outside():
    fetching = re.compile(r"(?:@import|url\(|importScripts\(|\bsrc=)\s*['\"]?https?://", re.IGNORECASE)
    vendor = [path for path in (ROOT / "static" / "vendor").rglob("*") if path.suffix in {".js", ".css"}]
    assert vendor
    assert [
        path.name for path in vendor if fetching.search(path.read_text(encoding="utf-8", errors="replace"))
    ] == []


def test_every_migration_is_named_by_what_it_does():
    names = [path.name for path in CODE if path.parent.name == "migrations" and path.name != "__init__.py"]
    assert names
    assert [
        name for name in names if "auto_" in name or not re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name)
    ] == []


def test_no_module_is_called_for_nothing():
    assert [str(path) for path in CODE if path.stem in {"utils", "helpers", "misc"}] == []


def test_the_makefile_names_every_promised_target():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    wanted = ["install", "run", "demo", "test", "test-slow", "lint", "bench", "lock", "messages"]
    assert [name for name in wanted if not re.search(rf"^{name}:", text, re.MULTILINE)] == []
