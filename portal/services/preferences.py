"""What a person chooses for themselves: colours and language."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from people.choices import Theme
from people.models import User


def choose_theme(*, user: User, theme: str) -> None:
    """Store the colours the person reads in. Raises ``Refusal`` for unknown ones."""
    if theme not in {known.value for known in Theme}:
        raise Refusal("unknown_theme", _("Choose system, light or dark."))
    User.objects.filter(pk=user.pk).update(theme=theme)


def choose_language(*, user: User, language: str) -> None:
    """Store the language the person reads. Raises ``Refusal`` for one that there is not."""
    if language not in dict(settings.LANGUAGES):
        raise Refusal("unknown_language", _("The language must be zh-hans or en."))
    User.objects.filter(pk=user.pk).update(language=language)
