"""Keeping secrets out of the logs."""

import logging
import re

SECRETS = (
    (re.compile(r"(?i)(\w+://[^:/\s@]*):[^@\s/]+@"), r"\1:…@"),
    (
        re.compile(
            r"(?i)\b(password|passwd|secret|secret_key|token|sessionid|csrftoken|authorization)"
            r"(['\"]?\s*[=:]\s*)(['\"]?)[^\s,;&'\"]+"
        ),
        r"\1\2\3…",
    ),
)


class NoSecrets(logging.Filter):
    """Blank passwords, tokens and credentials in addresses before a line is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; let every record pass."""
        message = record.getMessage()
        cleaned = without_secrets(message)
        if cleaned != message:
            record.msg, record.args = cleaned, ()
        return True


def without_secrets(text: str) -> str:
    """Return ``text`` with what looks like a secret replaced by an ellipsis."""
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text
