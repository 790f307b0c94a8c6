"""Exceptions from the content security policy, one decorator each."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update

with_inline_styles = csp_update({"style-src": [UNSAFE_INLINE]})
"""For views with a Plotly chart, which sets styles while it draws; scripts stay our own."""
