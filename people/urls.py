"""Addresses of the people layer; included at the root."""

from django.urls import path

from people.views import accounts, entrance, organisation, staff

app_name = "people"
urlpatterns = [
    path("people/", staff.employees, name="employees"),
    path("people/new/", staff.employee_new, name="employee_new"),
    path("people/<int:pk>/", staff.employee, name="employee"),
    path("people/<int:pk>/change/", staff.employee_change, name="employee_change"),
    path("people/<int:pk>/post/", staff.employee_post, name="employee_post"),
    path("people/<int:pk>/postings/<int:posting_pk>/", staff.posting_correct, name="posting_correct"),
    path("people/<int:pk>/leave/", staff.employee_leave, name="employee_leave"),
    path("people/<int:pk>/sign-in/", staff.signin_new, name="signin_new"),
    path("users/", staff.users, name="users"),
    path("users/<int:pk>/roles/", staff.signin_roles, name="signin_roles"),
    path("users/<int:pk>/invite/", staff.signin_invite, name="signin_invite"),
    path("users/<int:pk>/active/", staff.signin_active, name="signin_active"),
    path("teams/", organisation.teams, name="teams"),
    path("teams/new/", organisation.team_new, name="team_new"),
    path("teams/<int:pk>/", organisation.team, name="team"),
    path("teams/<int:pk>/change/", organisation.team_change, name="team_change"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/positions/new/", organisation.position_new, name="position_new"),
    path("organisation/positions/<int:pk>/", organisation.position_change, name="position_change"),
    path("organisation/entities/new/", organisation.entity_new, name="entity_new"),
    path("organisation/entities/<int:pk>/", organisation.entity_change, name="entity_change"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/change/", accounts.account_change, name="account_change"),
    path("accounts/<int:pk>/hold/", accounts.account_hold, name="account_hold"),
    path("accounts/<int:pk>/hand-over/", accounts.account_hand_over, name="account_hand_over"),
    path("accounts/<int:pk>/periods/<int:period_pk>/", accounts.period_correct, name="period_correct"),
    path("accounts/<int:pk>/periods/<int:period_pk>/end/", accounts.period_end, name="period_end"),
    path("invitation/", entrance.invitation_accept, name="invitation_accept"),
    path("invitation/<str:token>/", entrance.invitation, name="invitation"),
    path("setup/", entrance.setup, name="setup"),
]
