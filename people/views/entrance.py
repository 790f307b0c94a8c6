"""Pages before sign-in: an invitation, and the first run."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from common.errors import Refusal
from people.access import not_visible
from people.attempts import check_attempts, count_attempt
from people.forms import PasswordForm, SetupForm
from people.models import User
from people.selectors.company import has_administrator
from people.services import signins
from people.services.setup import CompanyTerms, FirstAdministrator, set_up_with_code

TOKEN = "invitation"  # noqa: S105 (the session's key, no secret)
BACKEND = "people.backends.CurrentStaffBackend"
CHECK_LIST = "/setup/checklist/"


@login_not_required
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address, so that no log or referrer keeps it, and go on."""
    check_attempts(request, what="invitation")
    try:
        signins.find_invitation(token=token, at=timezone.now())
    except Refusal:
        count_attempt(request, what="invitation")
        raise
    request.session[TOKEN] = token
    return redirect("people:invitation_accept")


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
def invitation_accept(request: HttpRequest) -> HttpResponse:
    """Ask for a password twice, spend the invitation and sign the person in."""
    found = signins.find_invitation(token=request.session.get(TOKEN, ""), at=timezone.now())
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = signins.accept_invitation(
                token=request.session[TOKEN], password=form.cleaned_data["password"], at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _enter(request, user, settings.LOGIN_REDIRECT_URL)
    status = 422 if request.method == "POST" else 200
    return render(request, "people/invitation.html", {"form": form, "invited": found.user}, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again", "code")
def setup(request: HttpRequest) -> HttpResponse:
    """Set the company up, with the code from the server's console, while nobody administers."""
    if has_administrator():
        raise not_visible()
    form = SetupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        check_attempts(request, what="setup")
        if form.is_valid() and (user := _set_up(request, form)):
            return _enter(request, user, CHECK_LIST)
    status = 422 if request.method == "POST" else 200
    return render(request, "people/setup.html", {"form": form}, status=status)


def _set_up(request: HttpRequest, form: SetupForm) -> User | None:
    data = form.cleaned_data
    company = CompanyTerms(data["company"], data["time_zone"], data["currency"], data["language"])
    administrator = FirstAdministrator(
        data["username"], data["name"], data["password"], looks_after_people=data["looks_after_people"]
    )
    try:
        return set_up_with_code(
            code=data["code"], company=company, administrator=administrator, at=timezone.now()
        )
    except Refusal as refusal:
        if refusal.code == "wrong_setup_code":
            count_attempt(request, what="setup")
        form.add_error("code" if refusal.code == "wrong_setup_code" else None, str(refusal))
        return None


def _enter(request: HttpRequest, user: User, target: str) -> HttpResponse:
    request.session.flush()
    login(request, user, backend=BACKEND)
    return redirect(target)
