"""Addresses of the portal; included at the root, last."""

from django.urls import path, re_path

from portal.views import cycles, frame, manager, me, notices, people_import, setup

app_name = "portal"
MONTH = r"(?P<month>\d{4}-\d{2})"

urlpatterns = [
    path("", frame.home, name="home"),
    path("theme/", frame.theme, name="theme"),
    path("me/", me.me, name="me"),
    re_path(rf"^me/{MONTH}/$", me.me, name="me_month"),
    path("home/", manager.manager, name="manager"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("setup/checklist/", setup.checklist, name="checklist"),
    path("setup/scheme/", setup.setup_scheme, name="setup_scheme"),
    path("setup/scheme/compare/", setup.setup_scheme_compare, name="setup_scheme_compare"),
    path("setup/scheme/use/", setup.setup_scheme_use, name="setup_scheme_use"),
    path("people/import/", people_import.import_people, name="import_people"),
    path("people/import/template/", people_import.import_people_template, name="import_people_template"),
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/open/", cycles.cycle_open, name="cycle_open"),
    re_path(rf"^cycles/{MONTH}/$", cycles.cycle, name="cycle"),
    re_path(
        rf"^cycles/{MONTH}/(?P<command>close|freeze|publish|finish)/$", cycles.cycle_move, name="cycle_move"
    ),
]
