"""Django application configuration of ``portal``."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Register the ``portal`` layer."""

    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"
