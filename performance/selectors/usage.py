"""Which measures the cards of a span ask for."""

from common.periods import Span
from performance.choices import PeriodKind
from performance.models import CycleScheme
from performance.selectors.schemes import latest_scheme, scheme_document


def measures_in_use(span: Span) -> frozenset[str] | None:
    """Return the measures of the schemes pinned to the months of ``span``, else of the newest scheme.

    None says that no scheme was published yet.
    """
    pinned = CycleScheme.objects.filter(
        cycle__kind=PeriodKind.MONTH, cycle__starts_on__lte=span.last, cycle__ends_on__gte=span.first
    ).select_related("scheme_version")
    versions = {one.scheme_version_id: one.scheme_version for one in pinned}
    if not versions and (latest := latest_scheme()) is not None:
        versions = {latest.pk: latest}
    if not versions:
        return None
    documents = [scheme_document(version) for version in versions.values()]
    return frozenset(leaf.measure for document in documents for leaf in document.leaves)
