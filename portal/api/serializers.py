"""The shapes the API answers with; figures are exact decimals written as text."""

from rest_framework import serializers


class Figure(serializers.DecimalField):
    """A stored decimal as text, with the places it is stored with."""

    def __init__(self, **options: object) -> None:
        super().__init__(max_digits=40, decimal_places=None, coerce_to_string=True, **options)


class Line(serializers.Serializer):
    """One indicator of a card."""

    leaf = serializers.CharField()
    status = serializers.CharField()
    reason = serializers.CharField()
    auto = Figure(allow_null=True)
    manual = Figure(allow_null=True)
    target = Figure(allow_null=True)
    achievement = Figure(allow_null=True)
    effective_percent = Figure()
    contribution = Figure()
    coverage = Figure(allow_null=True)


class Card(serializers.Serializer):
    """A card in a list: who, when, how far, and the total. No amounts."""

    cycle = serializers.CharField(source="cycle.label")
    employee_number = serializers.CharField(source="employee.number")
    employee_name = serializers.CharField(source="employee.name")
    team = serializers.CharField(source="posting.team.name")
    state = serializers.CharField()
    scheme = serializers.CharField(source="scheme_version")
    total = Figure(source="current.total", allow_null=True, default=None)
    waiting = serializers.BooleanField(source="current.waiting", default=False)
    data_through = serializers.DateField(source="current.data_through", allow_null=True, default=None)
    computed_at = serializers.DateTimeField(source="current.computed_at", allow_null=True, default=None)
    figures_hash = serializers.CharField(source="current.figures_hash", default="")


class WholeCard(Card):
    """A card with its lines."""

    lines = Line(source="current.lines.all", many=True, default=list)


class Estimate(serializers.Serializer):
    """What the own card would earn as it stands."""

    amount = Figure(allow_null=True)
    currency = serializers.CharField()
    tier = serializers.CharField(source="tier.key", default="")


class OwnCard(WholeCard):
    """One's own card, with the estimate nobody else is told."""

    estimate = serializers.SerializerMethodField()

    def get_estimate(self, card: object) -> dict[str, object] | None:
        """Return the estimate that the view put into the context."""
        line = self.context.get("estimate")
        return None if line is None else Estimate(line).data


class CardPage(serializers.Serializer):
    """A page of cards."""

    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = Card(many=True)


class SheetLine(serializers.Serializer):
    """One line of a bonus sheet as frozen in it."""

    position = serializers.IntegerField()
    employee_number = serializers.CharField()
    employee_name = serializers.CharField()
    team_name = serializers.CharField()
    position_name = serializers.CharField()
    score = Figure(allow_null=True)
    tier = serializers.CharField()
    base = Figure(allow_null=True)
    factor = Figure(allow_null=True)
    amount = Figure(allow_null=True)
    previous_amount = Figure(allow_null=True)
    note = serializers.CharField()


class BonusSheet(serializers.Serializer):
    """A bonus sheet with all its lines."""

    number = serializers.CharField()
    cycle = serializers.CharField(source="cycle.label")
    legal_entity = serializers.CharField(source="legal_entity.code")
    state = serializers.CharField()
    currency = serializers.CharField()
    control_sum = Figure()
    figures_hash = serializers.CharField()
    lines = SheetLine(source="shown_lines", many=True)
