"""Around every request: sessions end, nothing is stored, refusals are pages, doors are closed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from common.errors import Conflict, NotAllowed, NotVisible, Refusal
from common.logs import without_secrets
from common.security import with_inline_styles
from config.urls import urlpatterns as project_urls

START = datetime(2026, 9, 1, 0, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

REFUSALS = {400: Refusal, 403: NotAllowed, 404: NotVisible, 409: Conflict}


def who(request):
    return HttpResponse(request.user.get_username())


@login_not_required
def refuse(request, status):
    raise REFUSALS[status]("some_code", "The month is closed; ask HR to open it.")


@login_not_required
@with_inline_styles
def chart(request):
    return HttpResponse("chart")


urlpatterns = [
    *project_urls,
    path("test-who/", who),
    path("test-refuse/<int:status>/", refuse),
    path("test-chart/", chart),
]


@pytest.fixture
def person():
    return get_user_model().objects.create_user(username="wangmin", password="a long enough one")


@pytest.fixture
def moment():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def sign_in(client, **extra):
    given = {"login": "wangmin", "password": "a long enough one", **extra}
    return client.post("/accounts/login/", given)


def is_in(client):
    return client.get("/test-who/").status_code == 200


def test_a_stranger_is_sent_to_sign_in(client):
    response = client.get("/test-who/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/test-who/")


def test_an_idle_session_ends_after_30_minutes(client, person, moment):
    sign_in(client)
    moment.shift(timedelta(minutes=29))
    assert is_in(client)
    moment.shift(timedelta(minutes=30))
    assert is_in(client)
    moment.shift(timedelta(minutes=30, seconds=1))
    assert not is_in(client)
    assert not is_in(client)


def test_a_busy_session_ends_after_12_hours(client, person, moment):
    sign_in(client)
    for _ in range(36):
        assert is_in(client)
        moment.shift(timedelta(minutes=20))
    assert is_in(client)
    moment.shift(timedelta(seconds=1))
    assert not is_in(client)


def test_a_session_on_this_device_lasts_14_days(client, person, moment):
    sign_in(client, remember="on")
    moment.shift(timedelta(days=13))
    assert is_in(client)
    moment.shift(timedelta(days=1, seconds=1))
    assert not is_in(client)


def test_a_deactivated_person_is_out_at_the_next_request(client, person):
    sign_in(client)
    assert is_in(client)
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert not is_in(client)


def test_a_sign_in_changes_the_session_key(client, person):
    client.get("/accounts/login/")
    session = client.session
    session["before"] = "1"
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_the_answer_does_not_tell_a_wrong_name_from_a_wrong_password(person):
    def errors(**given):
        client = Client(REMOTE_ADDR="10.1.1.1")
        response = client.post("/accounts/login/", given)
        return response.context["form"].non_field_errors() if response.context else response.status_code

    wrong_password = errors(login="wangmin", password="wrong")
    assert wrong_password
    assert wrong_password == errors(login="nobody", password="wrong")


def test_the_sixth_wrong_password_is_not_even_tried(person):
    client = Client(REMOTE_ADDR="10.1.1.2")
    for _ in range(5):
        client.post("/accounts/login/", {"login": "wangmin", "password": "wrong"})
    sign_in(client)
    assert not is_in(client)


def test_nobody_registers_themselves(client):
    given = {"username": "new", "password1": "a long enough one"}
    response = client.post("/accounts/signup/", given)
    assert response.status_code == 200
    assert not get_user_model().objects.filter(username="new").exists()


def test_signed_in_pages_are_stored_nowhere(client, person):
    client.force_login(person)
    assert client.get("/test-who/")["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("status", sorted(REFUSALS))
def test_a_refusal_is_a_page_with_its_sentence_and_status(client, status):
    response = client.get(f"/test-refuse/{status}/")
    assert response.status_code == status
    assert "The month is closed; ask HR to open it." in response.content.decode()


def test_only_a_marked_view_may_set_styles_and_none_may_run_foreign_script(client):
    marked = client.get("/test-chart/")["Content-Security-Policy"]
    plain = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in marked
    assert "script-src 'self';" in marked + ";"
    assert "unsafe-inline" not in plain
    assert "frame-ancestors 'none'" in plain


def test_the_language_can_be_changed_without_signing_in(client):
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})
    assert response["Location"] == "/accounts/login/"
    assert response.cookies["django_language"].value == "en"


def test_health_tells_nothing_but_ok(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert client.get("/health/").content == b"ok"
    assert client.post("/health/").status_code == 405


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("address", ["/accounts/login/", "/test-chart/", "/api/v1/scorecards"])
def test_pages_and_the_api_know_no_other_methods(client, method, address):
    answer = client.generic(method, address)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("postgres://jiying:s3cr3t@db:5432/x", "postgres://jiying:…@db:5432/x"),
        ("redis://:s3cr3t@host/0", "redis://:…@host/0"),
        ("{'password': 's3cr3t', 'user': 'a'}", "{'password': '…', 'user': 'a'}"),
        ("SECRET_KEY=s3cr3t other", "SECRET_KEY=… other"),
        ("GET /cards/7 took 12 ms", "GET /cards/7 took 12 ms"),
    ],
)
def test_secrets_are_blanked_in_log_lines(line, clean):
    assert without_secrets(line) == clean
