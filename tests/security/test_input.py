"""What outsiders and insiders may send: zero bytes, forged rows, swapped signatures, odd numbers."""

import pytest
import redis
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, RequestFactory, override_settings

from common.errors import Refusal
from incentives.sheet_files.texts import csv_text
from metrics.forms import PENDING_SALT, SALT
from metrics.views import safe_cell
from people.attempts import LIMIT, TooManyAttempts, check_attempts, count_attempt
from people.choices import Role
from people.models import Employee
from people.services.staff import create_employee
from performance.services.cycles import close_cycle, freeze_cycle
from tests.factories.people import make_manager, make_officer
from tests.factories.world import ACTOR, AT, small_world

pytestmark = pytest.mark.django_db
LEADS = ("=1", "+1", "-1", "@A", "|x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠A", "｜x")


def _signed_in(user: object) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    return browser


@pytest.mark.parametrize(
    "address",
    [
        "/people/?q=%00",
        "/people/?after=a%00",
        "/users/?%00=1",
        "/accounts/?q=%00",
        "/review/2026-08/%00/",
        "/scorecards/2026-08/x%00/",
        "/scorecards/2026-08/x%00/campaigns/rows/",
        "/api/v1/scorecards/2026-08/%00",
    ],
)
def test_zero_bytes_in_an_address_are_refused(address: str) -> None:
    browser = _signed_in(make_officer("officer", Role.ADMIN))
    assert browser.get(address.replace("%00", "x")).status_code in (200, 404)
    with transaction.atomic():
        assert browser.get(address).status_code == 400


def test_zero_bytes_in_a_form_are_refused() -> None:
    browser = _signed_in(make_officer("officer", Role.HR_PEOPLE))
    with transaction.atomic():
        assert browser.post("/theme/", {"theme": "dark", "next": "/\x00"}).status_code == 400
    assert browser.post("/theme/", {"theme": "dark", "next": "/"}).status_code == 302


@pytest.mark.parametrize("row", ["9" * 5000 + ":h:1", "1:h:" + "9" * 5000, "1:h", "", "-1:h:1", "a:b:c"])
def test_a_forged_row_of_a_bulk_approval_approves_nothing(row: str) -> None:
    world = small_world(teams=1, people=1)
    close_cycle(cycle_id=world.cycle.pk, day=AT.date(), actor=ACTOR, at=AT)
    freeze_cycle(cycle_id=world.cycle.pk, day=AT.date(), actor=ACTOR, at=AT, reason="as it is, for a test")
    answer = _signed_in(world.managers["T1"]).post("/review/approve/", {"row": row})
    assert answer.status_code == 200
    assert not world.cycle.scorecards.filter(state="confirmed").exists()


def test_a_list_of_waiting_files_is_no_order_to_store_and_the_other_way_round() -> None:
    browser = _signed_in(make_officer("data", Role.DATA_ADMIN))
    files = [{"name": "a.csv", "sha256": "0" * 64}]
    order = {"files": files, "answers": {}, "user": 1}
    for value in (files, order):
        as_token = signing.dumps(value, salt=PENDING_SALT)
        assert browser.post("/data/upload/confirm/", {"token": as_token}).status_code == 422
        as_pending = signing.dumps(value, salt=SALT)
        assert browser.post("/data/upload/", {"pending": as_pending}).status_code == 422


def test_a_file_does_not_tell_which_accounts_others_hold() -> None:
    world = small_world(teams=2, people=1, with_cycle=False)
    operator, other = world.team_of("T1")[0], world.team_of("T2")[0].employee.number
    own = operator.employee.number
    told = {}
    for handle in (f"h{own}", f"h{other}", "h-never-entered"):
        sent = SimpleUploadedFile("a.csv", f"账号,日期,播放量\n{handle},2026-08-01,5\n".encode())
        answer = _signed_in(operator).post("/data/upload/", {"exports": sent})
        (result,) = answer.context["results"]
        (table,) = result.files
        told[handle] = table.refused and (table.refused.code, str(table.refused).replace(handle, ""))
    assert told[f"h{own}"] is None
    assert told[f"h{other}"] == told["h-never-entered"]
    assert told[f"h{other}"][0] == "not_your_account"


@pytest.mark.parametrize("address", ["/api/docs/", "/api/schema/"])
def test_the_api_documents_answer_reading_only(address: str) -> None:
    browser = _signed_in(make_manager("Manager"))
    answers = [getattr(browser, method)(address).status_code for method in ("get", "head", "options", "put")]
    assert answers == [200, 200, 405, 405]


@pytest.mark.parametrize("text", LEADS)
def test_no_list_of_errors_starts_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert csv_text(text).startswith(("'", "x"))


@pytest.mark.parametrize("number", ["A/1", "/", "a\\b", ".", "..", "／"])
def test_a_number_that_breaks_addresses_is_no_employee_number(number: str) -> None:
    entity = make_manager("Manager").employee.legal_entity
    with pytest.raises(Refusal) as refused:
        create_employee(number=number, name="X", legal_entity=entity, hired_on=AT.date(), actor=ACTOR, at=AT)
    assert refused.value.code == "bad_number"
    assert not Employee.objects.filter(name="X").exists()


def _guess(what: str, **headers: str) -> None:
    request = RequestFactory(REMOTE_ADDR="10.9.9.9", **headers).get("/")
    check_attempts(request, what=what)
    count_attempt(request, what=what)


def _guesses(what: str, forwarded: str) -> None:
    for number in range(LIMIT):
        _guess(what, HTTP_X_FORWARDED_FOR=forwarded.format(number))


def test_a_claimed_address_does_not_buy_more_guesses() -> None:
    cache.clear()
    _guesses("direct", "1.2.3.{}")
    with pytest.raises(TooManyAttempts):
        _guess("direct", HTTP_X_FORWARDED_FOR="1.2.3.99")


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_a_guesser_shuts_out_nobody_else_and_cannot_hide() -> None:
    cache.clear()
    _guesses("proxied", "1.2.3.{}, 7.7.7.7")
    _guess("proxied", HTTP_X_FORWARDED_FOR="8.8.8.8")
    with pytest.raises(TooManyAttempts):
        _guess("proxied", HTTP_X_FORWARDED_FOR="9.9.9.9, 7.7.7.7")


def test_too_many_guesses_are_told_when_to_come_back() -> None:
    cache.clear()
    browser = Client(raise_request_exception=False)
    answers = [browser.get(f"/invitation/guess-{number}/") for number in range(LIMIT + 1)]
    assert [one.status_code for one in answers] == [404] * LIMIT + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_emptying_the_cache_leaves_what_others_keep_in_the_same_redis() -> None:
    if not settings.REDIS_URL:
        pytest.skip("there is no Redis")
    client = redis.Redis.from_url(settings.REDIS_URL)
    foreign = f"{settings.REDIS_PREFIX}elsewhere"
    client.set(foreign, "kept", ex=60)
    cache.set("mine", 1)
    cache.clear()
    assert (cache.get("mine"), client.get(foreign)) == (None, b"kept")
    client.delete(foreign)
    client.close()
