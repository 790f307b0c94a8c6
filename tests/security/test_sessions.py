"""Keeping others' links and sessions: an old link gives no new role, a new password ends old sessions."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from common.audit import Actor
from common.errors import NotVisible, Refusal
from people.choices import Role
from people.models import RoleGrant
from people.services import signins
from people.services.setup import make_setup_code
from tests.factories.people import make_manager, make_officer
from tests.factories.world import small_world

pytestmark = pytest.mark.django_db
PASSWORD, OTHER = "a-long-enough-one-1", "another-long-one-2"


def _browser(user: object) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    return browser


def _link(browser: Client, user: object) -> str:
    answer = browser.post(f"/users/{user.pk}/invite/")
    assert answer.status_code == 200
    return "/invitation/" + answer.context["link"].rstrip("/").rsplit("/", 1)[1] + "/"


def test_a_link_kept_from_before_gives_no_role_that_came_later() -> None:
    hr, admin = make_officer("hr", Role.HR_PEOPLE), make_officer("admin", Role.ADMIN)
    manager = make_manager("Manager")
    link = _link(_browser(hr), manager)
    assert Client().get(link).status_code == 302
    answer = _browser(admin).post(f"/users/{manager.pk}/roles/", {"roles": ["hr_pay"]})
    assert answer.status_code == 302
    assert RoleGrant.objects.filter(user=manager, role="hr_pay").exists()
    assert Client(raise_request_exception=False).get(link).status_code == 404
    assert _browser(hr).post(f"/users/{manager.pk}/invite/").status_code == 403


def test_the_link_of_whoever_gives_the_role_stays_open() -> None:
    admin, manager = make_officer("admin", Role.ADMIN), make_manager("Manager")
    browser = _browser(admin)
    link = _link(browser, manager)
    browser.post(f"/users/{manager.pk}/roles/", {"roles": ["finance"]})
    assert Client().get(link).status_code == 302


def test_an_invitation_works_once_for_its_own_person_and_ends_open_sessions() -> None:
    admin, manager = make_officer("admin", Role.ADMIN), make_manager("Manager")
    old = _browser(manager)
    assert old.get("/notices/").status_code == 200
    link = _link(_browser(admin), manager)
    new = Client()
    new.get(link)
    answer = new.post("/invitation/", {"password": PASSWORD, "again": PASSWORD, "user": admin.pk})
    assert answer.status_code == 302
    assert int(new.session["_auth_user_id"]) == manager.pk
    assert old.get("/notices/").status_code == 302
    stranger = Client(raise_request_exception=False)
    assert stranger.get(link).status_code == 404
    assert new.post("/invitation/", {"password": OTHER, "again": OTHER}).status_code == 404
    manager.refresh_from_db()
    assert manager.check_password(PASSWORD)


def test_a_late_invitation_is_closed() -> None:
    manager, now = make_manager("Manager"), timezone.now()
    _invitation, token = signins.invite(user=manager, actor=Actor("user:1", "x"), at=now - timedelta(days=8))
    with pytest.raises(NotVisible):
        signins.accept_invitation(token=token, password=PASSWORD, at=now)


def test_a_new_password_ends_every_other_session() -> None:
    manager = make_manager("Manager")
    manager.set_password(PASSWORD)
    manager.save()
    here, elsewhere = _browser(manager), _browser(manager)
    answer = here.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    )
    assert answer.status_code == 302
    assert here.get("/notices/").status_code == 200
    assert elsewhere.get("/notices/").status_code == 302
    assert get_user_model().objects.get(pk=manager.pk).check_password(OTHER)


def test_a_leaver_and_a_taken_role_are_out_at_the_next_request() -> None:
    world = small_world(teams=1, people=1, with_cycle=False, with_scheme=False)
    operator, office = world.operators[0], make_officer("hr", Role.HR_PEOPLE)
    browser, other = _browser(operator), _browser(office)
    assert (browser.get("/notices/").status_code, other.get("/users/").status_code) == (200, 200)
    operator.employee.left_on = timezone.localdate() - timedelta(days=2)
    operator.employee.save()
    RoleGrant.objects.filter(user=office).delete()
    assert browser.get("/notices/").status_code == 302
    assert browser.get("/api/v1/scorecards").status_code == 401
    assert other.get("/users/").status_code == 403


def test_the_first_run_is_shut_once_somebody_administers() -> None:
    visitor = Client(raise_request_exception=False)
    open_page = visitor.get("/setup/")
    make_officer("admin", Role.ADMIN)
    assert (open_page.status_code, visitor.get("/setup/").status_code) == (200, 404)
    assert visitor.post("/setup/", {"code": "x"}).status_code == 404
    with pytest.raises(Refusal):
        make_setup_code(at=timezone.now())


def test_wrong_setup_codes_run_out_and_the_right_one_does_not_help_then() -> None:
    cache.clear()
    code = make_setup_code(at=timezone.now())
    form = {
        "company": "C", "time_zone": "Asia/Shanghai", "currency": "CNY", "language": "en", "username": "root",
        "name": "R", "password": PASSWORD, "again": PASSWORD,
    }  # fmt: skip
    visitor = Client(raise_request_exception=False)
    spoofed = [
        visitor.post("/setup/", {**form, "code": f"wrong-{n}"}, HTTP_X_FORWARDED_FOR=f"1.1.1.{n}").status_code
        for n in range(10)
    ]
    assert spoofed == [422] * 10
    assert visitor.post("/setup/", {**form, "code": code}).status_code == 429
    assert not get_user_model().objects.filter(username="root").exists()
    cache.clear()
    assert visitor.post("/setup/", {**form, "code": code}).status_code == 302
