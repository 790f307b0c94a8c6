"""Addresses of the incentives layer; included under ``bonus/``."""

from django.urls import path

from incentives import views

app_name = "incentives"
urlpatterns = [
    path("", views.sheets, name="sheets"),
    path("me/", views.statement, name="statement"),
    path("rules/", views.rules, name="rules"),
    path("make/<str:cycle>/", views.make, name="make"),
    path("exports/<int:pk>/", views.export_run, name="export_run"),
    path("exports/<int:pk>/file/", views.export_file, name="export_file"),
    path("<str:number>/", views.sheet, name="sheet"),
    path("<str:number>/move/", views.move, name="move"),
    path("<str:number>/export/", views.export, name="export"),
]
