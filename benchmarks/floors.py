"""The least work that the same answer could cost, done by the database or the library alone.

The aggregate reads what the built-in scheme reads: the month's days of creators, advertisers
and shops, each video's one reading, the days since January for the leaf that runs from the
year's start, and the followers on the eve of both spans, from which rates of growth and loss are taken.
The last two were missing from it once, so that it read less than the scoring.
"""

import io

import xlsxwriter
from django.db import connection, transaction

AGGREGATE = """
SELECT s.employee_id, sum(d.followers_net), sum(d.followers_lost), sum(d.followers_gained), sum(a.spend), sum(a.gmv),
       sum(a.refunds), sum(c.paid_orders), sum(c.product_clicks), sum(v.plays), sum(v.comments + v.shares),
       sum(v.completion_rate * v.plays), count(v.id), sum(y.followers_lost), sum(y.followers_gained),
       sum(o.followers_total), sum(e.followers_total)
FROM people_accountshare s
JOIN people_accountperiod p ON p.id = s.period_id
LEFT JOIN LATERAL (
    SELECT sum(followers_net) followers_net, sum(followers_lost) followers_lost, sum(followers_gained) followers_gained
    FROM metrics_accountday x WHERE x.account_id = p.account_id AND x.date BETWEEN greatest(p.starts_on, '2026-08-01')
        AND least(coalesce(p.ends_on, '2026-08-31'), '2026-08-31')) d ON true
LEFT JOIN LATERAL (
    SELECT sum(followers_lost) followers_lost, sum(followers_gained) followers_gained
    FROM metrics_accountday x WHERE x.account_id = p.account_id AND x.date BETWEEN greatest(p.starts_on, '2026-01-01')
        AND least(coalesce(p.ends_on, '2026-08-31'), '2026-08-31')) y ON true
LEFT JOIN LATERAL (
    SELECT followers_total FROM metrics_accountday x
    WHERE x.account_id = p.account_id AND x.followers_total IS NOT NULL
        AND x.date BETWEEN greatest(p.starts_on, '2026-08-01') - 4 AND greatest(p.starts_on, '2026-08-01') - 1
    ORDER BY x.date DESC LIMIT 1) o ON true
LEFT JOIN LATERAL (
    SELECT followers_total FROM metrics_accountday x
    WHERE x.account_id = p.account_id AND x.followers_total IS NOT NULL
        AND x.date BETWEEN greatest(p.starts_on, '2026-01-01') - 4 AND greatest(p.starts_on, '2026-01-01') - 1
    ORDER BY x.date DESC LIMIT 1) e ON true
LEFT JOIN LATERAL (
    SELECT sum(spend) spend, sum(gmv) gmv, sum(refunds) refunds FROM metrics_adsday x
    WHERE x.account_id = p.account_id AND x.date BETWEEN '2026-08-01' AND '2026-08-31') a ON true
LEFT JOIN LATERAL (
    SELECT sum(paid_orders) paid_orders, sum(product_clicks) product_clicks FROM metrics_commerceday x
    WHERE x.account_id = p.account_id AND x.date BETWEEN '2026-08-01' AND '2026-08-31') c ON true
LEFT JOIN LATERAL (
    SELECT i.id, n.plays, n.comments, n.shares, n.completion_rate
    FROM metrics_video i JOIN LATERAL (
        SELECT * FROM metrics_videosnapshot n WHERE n.video_id = i.id AND n.captured_on <= '2026-09-03'
        ORDER BY n.captured_on DESC LIMIT 1) n ON true
    WHERE i.account_id = p.account_id AND i.published_on BETWEEN '2026-08-01' AND '2026-08-31') v ON true
GROUP BY s.employee_id
"""


def lines_as_csv() -> io.StringIO:
    """Return the stored card lines as text, to be copied in again."""
    text = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY performance_scorecardline TO STDOUT WITH (FORMAT csv)", text)
    return text


def aggregate_and_copy_lines(lines: io.StringIO) -> None:
    """Read the month in one aggregate, then COPY as many lines into a table like theirs, committed.

    Neither side has its statements compiled first, which would cost this one more.
    """
    lines.seek(0)
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute("SET LOCAL jit = off")
            cursor.execute(AGGREGATE)
            cursor.fetchall()
            cursor.execute("CREATE TABLE bench_line (LIKE performance_scorecardline INCLUDING INDEXES)")
            cursor.copy_expert("COPY bench_line FROM STDIN WITH (FORMAT csv)", lines)
        cursor.execute("DROP TABLE bench_line")


def bare_workbook(rows: list[list[object]]) -> int:
    """Write the same cells with XlsxWriter alone; return the size in bytes."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return len(stream.getvalue())
