"""Django application configuration of ``people``."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Register the ``people`` layer."""

    name = "people"
    default_auto_field = "django.db.models.BigAutoField"
