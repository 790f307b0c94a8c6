"""All addresses.

An app's addresses are included here once it has any, in this order: people,
metrics, performance, incentives, reviews, portal (which has the home page ""
and the API under ``api/``).
"""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path, re_path

from common.views import health
from portal.views.frame import language

sign_in: list[URLPattern | URLResolver] = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *sign_in,
    path("i18n/setlang/", language, name="set_language"),
    path("health/", health, name="health"),
    path("", include("people.urls")),
    path("data/", include("metrics.urls")),
    path("bonus/", include("incentives.urls")),
    path("", include("reviews.urls")),
    path("", include("portal.urls")),
    path("api/", include("portal.api.urls")),
]
