"""The small company of the reviews with two data administrators, and questions about its cards."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from metrics.choices import Grain
from metrics.models import AccountDay, Video
from metrics.selectors.facts import FactKey, fact_of
from metrics.services.corrections import Wanted
from people.access import Viewer
from people.choices import Role
from people.models import Account, User
from reviews.choices import QuestionKind
from reviews.models import DataQuestion
from reviews.services.question_corrections import confirm, propose
from reviews.services.questions import Place, ask
from tests.factories.people import make_officer
from tests.factories.reviews import NOW, TODAY, World, make_world

TEXT = "the app shows another figure since Tuesday"
REASON = "the page of the platform shows this"


@dataclass
class Asking:
    """The company, who answers, and shorthands for what people do with questions."""

    world: World
    dora: User
    dan: User
    day: date = TODAY

    def viewer(self, user: User) -> Viewer:
        """Return a person as a viewer on the day."""
        return self.world.viewer(user, self.day)

    @property
    def account(self) -> Account:
        """Return Alice's account."""
        return Account.objects.get(handle=f"dy-{self.world.alice.employee.number}")

    @property
    def video(self) -> Video:
        """Return Alice's first video."""
        return Video.objects.filter(account=self.account).order_by("published_at", "pk").first()

    def place(self, day: date = date(2026, 8, 3)) -> Place:
        """Return a day of Alice's account."""
        return Place(account_id=self.account.pk, day=day)

    def ask(
        self, user: User | None = None, *, leaf: str = "growth_month", at: datetime = NOW, **more: object
    ):
        """Ask about Alice's card, as Alice unless told otherwise."""
        asker = user or self.world.alice
        given = {"kind": QuestionKind.VALUE, "text": TEXT, "place": self.place(), "field": "followers_net"}
        given |= {"card_id": self.world.card(self.world.alice).pk, **more}
        return ask(viewer=self.viewer(asker), leaf=leaf, at=at, **given)

    def key(self, question: DataQuestion, field: str = "followers_net") -> FactKey:
        """Return the day's cell that a question is about."""
        return FactKey(Grain.ACCOUNT_DAY, self.account.pk, question.day or self.place().day, field)

    def propose(
        self, question: DataQuestion, value: object, user: User | None = None, **more: Any
    ) -> DataQuestion:
        """Propose a value for the cell, as Dora unless told otherwise."""
        question.refresh_from_db()
        key = more.pop("key", None) or self.key(question)
        given = {"seen": fact_of(key).text, "reason": REASON, "evidence": "", "at": NOW, **more}
        wanted = Wanted(None if value is None else Decimal(str(value)), given.pop("gap", ""))
        given.setdefault("row_version", question.row_version)
        return propose(
            question_id=question.pk, viewer=self.viewer(user or self.dora), key=key, wanted=wanted, **given
        )  # fmt: skip

    def confirm(self, question: DataQuestion, user: User | None = None, **more: Any) -> DataQuestion:
        """Confirm the correction that waits, as Dan unless told otherwise."""
        question.refresh_from_db()
        given = {"row_version": question.row_version, "at": NOW, **more}
        return confirm(question_id=question.pk, viewer=self.viewer(user or self.dan), **given)

    def net(self, day: date = date(2026, 8, 3)) -> list[tuple[str, int | None]]:
        """Return what the sources say of a day's followers."""
        rows = AccountDay.objects.filter(account=self.account, date=day).order_by("source")
        return list(rows.values_list("source", "followers_net"))


def make_asking(*, frozen: bool = True, through: date | None = None) -> Asking:
    """Build the company with the data administrators Dora and Dan."""
    world = make_world(frozen=frozen, through=through)
    dora, dan = make_officer("Dora", Role.DATA_ADMIN), make_officer("Dan", Role.DATA_ADMIN)
    return Asking(world, dora, dan, TODAY if frozen else (through or TODAY) + timedelta(days=1))
