"""The commands of the layer, as a shell sees them."""

import io
from datetime import UTC, datetime

import pytest
import yaml
from django.core.management import CommandError, call_command

from incentives.models import BonusSheet, RuleSetVersion, SheetExport
from incentives.services.rule_sets import BUILTIN
from performance.choices import CycleState
from tests.factories.incentives import published_month
from tests.factories.people import CompanyFactory, make_operator

pytestmark = pytest.mark.django_db
STANDARD = yaml.safe_load(BUILTIN.read_text(encoding="utf-8"))


def run(name, *args):
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def test_what_is_loaded_can_be_dumped_and_loaded_again(tmp_path):
    assert "v1 published" in run("load_rule_set")
    dumped = run("dump_rule_set", "standard")
    assert yaml.safe_load(dumped) == STANDARD
    path = tmp_path / "rules.yaml"
    path.write_text(dumped, encoding="utf-8")
    assert "already the newest" in run("load_rule_set", str(path))
    assert RuleSetVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"basis": "level:base"}, "total"),
        ({"currency": "yuan"}, "currency"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_rule_set_that_cannot_be_paid_is_refused(tmp_path, change, says):
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump(STANDARD | change, allow_unicode=True), encoding="utf-8")
    with pytest.raises(CommandError, match=says):
        run("load_rule_set", str(path))
    assert not RuleSetVersion.objects.exists()


@pytest.mark.parametrize("text", ["- a\n- b", "a: [", "\x00"])
def test_a_file_that_is_no_rule_set_is_refused(tmp_path, text):
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(CommandError, match=r"rules\.yaml"):
        run("load_rule_set", str(path))


def test_nothing_to_dump():
    with pytest.raises(CommandError, match="no such rule set"):
        run("dump_rule_set", "unknown")


@pytest.mark.parametrize(
    ("cycle", "more", "says"),
    [
        ("August", [], "write it as 2026-08"),
        ("2026-07", [], "there is no cycle 2026-07"),
        ("2026-08", ["--entity", "XX"], "no bonus sheet of XX"),
    ],
)
def test_what_cannot_be_exported_says_why(tmp_path, cycle, more, says):
    CompanyFactory()
    published_month().add(make_operator().employee, "85.00")
    out = tmp_path / "a.csv"
    with pytest.raises(CommandError, match=says):
        run("export_bonus_sheet", cycle, "--format", "csv", "--out", str(out), *more)
    assert not out.exists()
    assert not SheetExport.objects.exists()


def test_an_unpublished_month_has_no_sheet(tmp_path):
    published_month(state=CycleState.REVIEW).add(make_operator().employee, "85.00")
    with pytest.raises(CommandError, match="published"):
        run("export_bonus_sheet", "2026-08", "--format", "csv", "--out", str(tmp_path / "a.csv"))
    assert not BonusSheet.objects.exists()


def test_a_month_without_a_sheet_gets_one(tmp_path):
    CompanyFactory()
    published_month().add(make_operator().employee, "85.00")
    said = run("export_bonus_sheet", "2026-08", "--format", "xlsx", "--out", str(tmp_path / "a.xlsx"))
    assert "JY-2026-08-ML-1, sum 2000.00 CNY" in said
    assert SheetExport.objects.get().actor == "system:export_bonus_sheet#shell"
    assert BonusSheet.objects.get().made_at <= datetime.now(tz=UTC)
