"""Refusals: what a service raises when it will not do what it was asked.

Each carries a stable ``code`` and a sentence the user can act on. One
translator turns them into pages, another into API answers.
"""


class Refusal(Exception):
    """The request is understood and refused; nothing was changed (HTTP 400)."""

    status = 400

    def __init__(self, code: str, sentence: object, **details: object) -> None:
        """Keep the code, the (lazily translated) sentence and plain details."""
        super().__init__(str(code))
        self.code = code
        self.sentence = sentence
        self.details = details

    def __str__(self) -> str:
        """Return the sentence."""
        return str(self.sentence)


class NotAllowed(Refusal):
    """This person may see the record but not do this with it (HTTP 403)."""

    status = 403


class NotVisible(Refusal):
    """The record does not exist for this person (HTTP 404)."""

    status = 404


class Conflict(Refusal):
    """Somebody or something was faster; the screen is stale (HTTP 409)."""

    status = 409
