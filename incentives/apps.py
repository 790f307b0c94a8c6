"""Django application configuration of ``incentives``."""

from django.apps import AppConfig


class IncentivesConfig(AppConfig):
    """Register the ``incentives`` layer."""

    name = "incentives"
    default_auto_field = "django.db.models.BigAutoField"
