"""Make tabler/tabler.min.css from the published file: the rules of parts unused here are left out.

    python static/vendor/trim_tabler.py PUBLISHED_FILE > static/vendor/tabler/tabler.min.css

A selector goes when it names a class that starts with one of ``DROPPED``; a rule goes when
no selector is left. Everything else stays byte for byte, in the published order. After a
run, the new checksum belongs into VENDOR.json.
"""

import re
import sys
from pathlib import Path

HUES = "azure|indigo|purple|pink|lime|teal|cyan|black|dark"
BRANDS = (
    "facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket"
    "|tabler|x"
)
DROPPED = re.compile(
    r"\.(?:carousel|offcanvas|accordion|toast|popover|bs-popover|tooltip|bs-tooltip|modal|flag|placeholder"
    r"|timeline|chat|calendar|datepicker|litepicker|ts-|apexcharts|jvm|jsvectormap|plyr|noUi|dropzone|dz-|ribbon"
    r"|star|gl-star|payment|social|stepper|step-|countup|signature|fc-|tox|tinymce|navbar|page-(?!link|item)|spinner"
    r"|switch-icon|kanban|hero|tracking|form-imagecheck|form-colorinput|form-colorcheck"
    r"|form-floating|dropdown|dropup|dropend|dropstart"
    r"|ratio|coloris|clr-|markdown|prose|highlight|hljs|animate|animation|demo|settings"
    r"|onboarding|segmented|img-|dimmed|loader"
    r"|form-range|chart|sparkline|card-(?:rotate|stacked|tabs|sponsor|stamp|cover|mask|link|img|group|borderless)"
    r"|bg-(?:gradient|pattern|hero)|icon-(?:pulse|tada|rotate)|cursor-|tom-select"
    rf"|(?:btn|btn-outline|btn-ghost|bg|text|text-bg|border|link|table|list-group-item|badge|alert)-(?:{HUES}|{BRANDS})"
    r"|[a-z-]+-xxl-[a-z0-9-]+)"
)


def trimmed(css: str) -> str:
    """Return the style sheet without the dropped parts."""
    kept = []
    for head, body in _rules(css):
        if body is None:
            kept.append(head)
        elif head.startswith("@media") or head.startswith("@supports"):
            inside = trimmed(body)
            kept.append(f"{head}{{{inside}}}" if inside else "")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        else:
            selectors = [part for part in _selectors(head) if not DROPPED.search(part)]
            kept.append(f"{','.join(selectors)}{{{body}}}" if selectors else "")
    return "".join(kept)


def _rules(css: str) -> list[tuple[str, str | None]]:
    rules: list[tuple[str, str | None]] = []
    start = at = 0
    while at < len(css):
        if css.startswith("/*", at):
            at = css.index("*/", at) + 2
            if not css[start:at].strip().startswith("/*!"):
                start = at
        elif css[at] in "\"'":
            at = css.index(css[at], at + 1) + 1
        elif css[at] == ";":
            rules.append((css[start : at + 1], None))
            start = at = at + 1
        elif css[at] == "{":
            end = _closing(css, at)
            rules.append((css[start:at].strip(), css[at + 1 : end]))
            start = at = end + 1
        else:
            at += 1
    return rules


def _closing(css: str, at: int) -> int:
    depth = 0
    while True:
        if css[at] in "\"'":
            at = css.index(css[at], at + 1)
        elif css[at] == "{":
            depth += 1
        elif css[at] == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1


def _selectors(head: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(head):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append(head[start:at])
            start = at + 1
    return [*parts, head[start:]]


if __name__ == "__main__":
    published = Path(sys.argv[1]).read_text(encoding="utf-8")
    published = re.sub(r"\n?/\*# sourceMappingURL=.*?\*/", "", published)
    sys.stdout.write(trimmed(published).strip() + "\n")
