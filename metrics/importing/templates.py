"""The importer's English sentences by their codes. Pure data.

``gettext_noop`` only marks them for the message catalogue; the Django layer translates.
"""


def gettext_noop(text: str) -> str:
    """Mark ``text`` for the message catalogue and return it unchanged."""
    return text


TEMPLATES: dict[str, str] = {
    # The container.
    "too_large": gettext_noop(
        "%(file)s is %(size)s MB; at most %(limit)s MB can be read. Export a shorter period."
    ),
    "empty_file": gettext_noop("%(file)s is empty. Download it again."),
    "not_a_table": gettext_noop(
        "%(file)s is %(found)s, not a CSV or XLSX table. Upload the file as the platform exported it."
    ),
    "old_excel": gettext_noop(
        "%(file)s is an old XLS workbook or protected by a password. Save it without password as XLSX."
    ),
    "macros": gettext_noop("%(file)s contains macros and is not opened. Save it as a plain XLSX."),
    "encrypted": gettext_noop("%(file)s is protected by a password. Save it without one."),
    "broken_archive": gettext_noop("%(file)s is damaged and cannot be opened. Download it again."),
    "too_many_entries": gettext_noop("%(file)s holds %(count)s parts; at most %(limit)s are read."),
    "unpacks_too_large": gettext_noop(
        "%(file)s would unpack to more than %(limit)s MB and is not opened. Export a shorter period."
    ),
    "suspicious_ratio": gettext_noop(
        "%(file)s is packed more than %(limit)s to 1 (%(part)s) and is not opened. Save it again and retry."
    ),
    "nested_archive": gettext_noop("%(file)s holds another archive, %(part)s. Upload that one by itself."),
    "unsafe_name": gettext_noop("%(file)s holds a part with an unsafe name, %(part)s, and is not opened."),
    "duplicate_part": gettext_noop("%(file)s holds the part %(part)s twice and is not opened."),
    "xml_entities": gettext_noop(
        "%(file)s declares XML entities or a document type (%(part)s) and is not opened."
    ),
    "too_many_cells": gettext_noop(
        "%(file)s has more than %(limit)s cells. Export a shorter period or split the file."
    ),
    "too_many_rows": gettext_noop(
        "%(file)s has more than %(limit)s rows. Export a shorter period or split the file."
    ),
    "too_many_columns": gettext_noop(
        "%(file)s has more than %(limit)s columns, which no export has. Download it again."
    ),
    "too_many_sheets": gettext_noop(
        "%(file)s has more than %(limit)s sheets. Leave only those with data and save it again."
    ),
    "too_many_bad_rows": gettext_noop(
        "More than %(limit)s rows of %(file)s cannot be read, the first of them row %(row)s: %(why)s"
    ),
    "too_much_text": gettext_noop(
        "%(file)s would show more than %(limit)s million characters. Export a shorter period or split it."
    ),
    "sparse_sheet": gettext_noop(
        "%(file)s has cells very far from its table (%(part)s). Delete them and save it again."
    ),
    "nothing_inside": gettext_noop("%(file)s holds no CSV or XLSX file."),
    "nul_bytes": gettext_noop(
        "%(file)s contains NUL characters, so it is damaged or not text. Download it again."
    ),
    "unknown_encoding": gettext_noop(
        "%(file)s is in none of the encodings UTF-8, UTF-16 or GB18030. Save it as UTF-8."
    ),
    "broken_csv": gettext_noop(
        "%(file)s is not readable as CSV near row %(row)s: %(why)s. Download it again."
    ),
    # The table.
    "unknown_header": gettext_noop(
        "%(file)s has no known header in its first five rows. Found: %(headers)s. "
        "Upload an export of a platform that is read, or use the plain CSV described in the documentation."
    ),
    "not_read_yet": gettext_noop(
        "%(file)s was recognised as %(title)s, which cannot be read yet. Found: %(headers)s. "
        "Bring the figures in with the plain CSV described in the documentation."
    ),
    "viewers_declined": gettext_noop(
        "%(file)s counts viewers, not views, and no measure uses viewers. "
        "Use Overview.csv of the same export for the daily figures."
    ),
    "breakdown_declined": gettext_noop(
        "%(file)s splits the figures by %(by)s and is not the whole account. Use %(instead)s of the "
        "same export."
    ),
    "split_by_words": gettext_noop(
        "%(file)s has words in column %(column)s (%(value)s), so its rows are parts of a day and not whole "
        "days. Use the file of the same export that gives each day once, or delete the column if it is a "
        "note of your own."
    ),
    "comments_declined": gettext_noop(
        "%(file)s lists single comments, which no measure counts one by one. Use the list of videos or the "
        "daily figures of the same platform, which give their number."
    ),
    "audience_declined": gettext_noop(
        "%(file)s tells who the followers are (%(headers)s), not how many were gained. Use "
        "FollowerHistory.csv of the same export."
    ),
    "ads_by_campaign": gettext_noop(
        "%(file)s gives advertising by campaign. Add the campaigns of a day up and bring them in with the "
        "plain CSV of ads days."
    ),
    "summary_declined": gettext_noop(
        "%(file)s holds one sum for a whole period, without days or videos. Use %(instead)s of the "
        "same platform."
    ),
    "rate_declined": gettext_noop(
        "%(file)s holds only the daily rate %(column)s, which cannot be added up without its base "
        "and is not kept. "
        "Use %(instead)s of the same platform, which gives it per video."
    ),
    "products_declined": gettext_noop(
        "%(file)s holds sums of products over a period, without days. Use the daily 成交概览 of 抖店罗盘, or "
        "the plain CSV of commerce days."
    ),
    "no_figure": gettext_noop(
        "%(file)s (%(title)s) holds none of the figures that measures use. Found: %(headers)s. Choose views, "
        "likes, comments, shares or subscribers in the platform's report and export again."
    ),
    "day_or_video": gettext_noop(
        "%(file)s gives days and video titles in one table, and it is open which of them the figures belong "
        "to. Use Totals.csv for the days of the channel, or the export by content with its ids for videos."
    ),
    "not_daily": gettext_noop(
        "%(file)s gives weeks or months, not days (%(first)s, then %(second)s). Choose daily in the "
        "platform's report and export again."
    ),
    "other_figure": gettext_noop(
        "%(file)s holds a figure that no measure uses (%(headers)s). Views, follows and profile visits of "
        "Instagram are read; the others are not needed."
    ),
    "other_platform": gettext_noop(
        "%(file)s is %(title)s, and Facebook pages are not scored here. Choose the Instagram account in "
        "the export."
    ),
    "post_days": gettext_noop(
        "%(file)s gives single days of posts in column %(column)s. Choose the figures over the whole life "
        "(Lifetime) in the export and download it again."
    ),
    "ads_without_days": gettext_noop(
        "%(file)s lists advertisements without a day, so nothing can be placed in a month. "
        "Export the report with a daily breakdown and bring it in as the plain CSV of ads days."
    ),
    "wrong_platform": gettext_noop(
        "%(file)s is %(title)s, but the chosen account is on %(platform)s. Choose the right account."
    ),
    "no_rows": gettext_noop("%(file)s has a header but no data below it. Export a period that has data."),
    "several_tables": gettext_noop(
        "%(file)s holds %(count)s tables. Read it as an upload of several tables."
    ),
    "column_twice": gettext_noop(
        "%(file)s gives %(field)s in two columns, %(first)s and %(second)s. Delete the wrong one."
    ),
    "duplicate_days": gettext_noop(
        "%(file)s gives the day %(day)s in rows %(rows)s with different values. Delete the wrong row."
    ),
    "split_days": gettext_noop(
        "%(file)s gives the day %(day)s in rows %(rows)s, which differ in column %(column)s: they are parts "
        "of a day. Use the file that gives each day once."
    ),
    "sheets_contradict": gettext_noop(
        "%(file)s gives the day %(day)s on the sheets %(first)s and %(second)s with different values, as "
        "a file of several accounts does. Upload each sheet as the file of its account."
    ),
    "several_accounts": gettext_noop(
        "%(file)s holds rows of several accounts (column %(column)s: %(values)s), and this kind of file "
        "belongs to one. Make one file of each account, or use the plain CSV with its account column."
    ),
    "period_does_not_fit": gettext_noop(
        "%(file)s gives sums since each video was published, never of a period. Import it without a period."
    ),
    "as_of_in_future": gettext_noop(
        "The as-of date %(as_of)s lies after today, %(today)s. Give the day of the export."
    ),
    "year_unclear": gettext_noop(
        "%(file)s has days without a year that run through more than one New Year or out of order "
        "(row %(row)s). Export at most one year at a time, oldest day first."
    ),
    "days_ahead": gettext_noop(
        "%(file)s gives the day %(day)s (row %(row)s), which lies in the future: the year, or the order of "
        "day and month, of its days is wrong. Download it again and upload it unopened."
    ),
    "year_falls_back": gettext_noop(
        "%(file)s goes from %(before)s to %(day)s (row %(row)s): a spreadsheet program put one year to days "
        "of two. Download it again and upload it unopened."
    ),
    "year_open": gettext_noop(
        "%(file)s has days without a year, and from row %(row)s on they may be of two years. Write them with "
        "their year and upload the file again."
    ),
    "day_not_in_year": gettext_noop(
        "%(file)s has the day %(value)s (row %(row)s), which %(year)s does not have. Give the as-of "
        "date of the export."
    ),
    "mixed_day_order": gettext_noop(
        "%(file)s writes some dates day first and some month first (rows %(first)s and %(second)s). "
        "Download the file again and do not open it in a spreadsheet program."
    ),
    "day_order_does_not_fit": gettext_noop(
        "%(file)s was said to write %(order)s, but row %(row)s has %(value)s. Give the other order."
    ),
    "resaved_dates": gettext_noop(
        "%(file)s mixes real dates and dates as text (rows %(first)s and %(second)s): a spreadsheet "
        "program changed "
        "it. Download the file again and upload it unopened."
    ),
    "stream_as_of": gettext_noop(
        "%(file)s does not say of which day its figures are. Give the as-of date or a captured_on column."
    ),
    "stream_no_day": gettext_noop(
        "Row %(row)s of %(file)s does not say of which day its figures are. Fill its captured_on cell."
    ),
    "stream_dates": gettext_noop(
        "%(file)s writes dates without a year or as 09/10/24 near row %(row)s, which a large file may not. "
        "Write them as 2026-03-05."
    ),
    "stream_rates": gettext_noop(
        "%(file)s gives rates above 1 in %(column)s. Write all of them as fractions from 0 to 1."
    ),
    "stream_encoding": gettext_noop(
        "%(file)s is not written in UTF-8, which a large file must be. Save it as UTF-8."
    ),
    # One row.
    "at_cell": gettext_noop("Row %(row)s, %(column)s: %(why)s"),
    "at_row": gettext_noop("Row %(row)s: %(why)s"),
    "more_cells": gettext_noop(
        "The row has %(count)s cells but the header %(expected)s: a separator too many."
    ),
    "fewer_cells": gettext_noop("The row has %(count)s cells but the header %(expected)s: it is cut off."),
    "not_a_number": gettext_noop("“%(value)s” is not a number."),
    "not_finite": gettext_noop("“%(value)s” is not a finite number."),
    "not_whole": gettext_noop("“%(value)s” is not a whole number."),
    "point_or_thousand": gettext_noop(
        "“%(value)s” may be a thousand or a fraction: three digits after a point. Write it without the point."
    ),
    "negative": gettext_noop("%(value)s is below zero, which this figure cannot be."),
    "too_big": gettext_noop("%(value)s is too large to be true."),
    "not_a_fraction": gettext_noop(
        "“%(value)s” is not a fraction between 0 and 1, as this column gives them."
    ),
    "not_a_percent": gettext_noop("“%(value)s” is not a percentage like 28.64%%, as this column gives them."),
    "too_many_places": gettext_noop("“%(value)s” has more than two decimal places."),
    "not_a_duration": gettext_noop("“%(value)s” is not a duration in seconds or like 0:01:23."),
    "not_a_date": gettext_noop("“%(value)s” is not a date."),
    "zoned_time": gettext_noop("“%(value)s” carries a time zone; give local times without one."),
    "no_day": gettext_noop("The row has no date."),
    "in_future": gettext_noop("%(value)s lies in the future."),
    "after_as_of": gettext_noop("%(value)s lies after the as-of date %(as_of)s."),
    "id_lost_digits": gettext_noop(
        "“%(value)s” is an id whose last digits a spreadsheet program has lost. Download the file again."
    ),
    "not_an_id": gettext_noop("“%(value)s” is not an id of this platform, so the row is no video."),
    "no_id": gettext_noop("The row has no video id."),
    "same_video_day": gettext_noop("Rows %(rows)s give the same day of one video with different values."),
    "bad_text": gettext_noop("The text contains characters that cannot be stored."),
    "text_too_long": gettext_noop("The text has %(length)s characters; at most %(limit)s are kept."),
    "no_title": gettext_noop("The row names neither a title, nor an id, nor a publish time."),
    "same_video": gettext_noop(
        "Rows %(rows)s have the same publish time and title and no ids, so they cannot be told apart."
    ),
    "same_video_id": gettext_noop("Rows %(rows)s give the same video id with different values."),
    # Warnings.
    "identical_rows": gettext_noop("Rows %(rows)s are identical; one was kept."),
    "total_differs": gettext_noop("The file's total of %(column)s is %(total)s, its rows add up to %(sum)s."),
    "total_row_left_out": gettext_noop("Row %(row)s is a total and was not imported."),
    "remark_left_out": gettext_noop("Row %(row)s is a remark of the platform and was left out: %(text)s"),
    "side_by_side": gettext_noop(
        "The file holds two tables side by side. Columns %(first)s were taken as one (%(first_columns)s), "
        "columns %(second)s as another (%(second_columns)s)."
    ),
    "resaved": gettext_noop(
        "The file was saved again by a spreadsheet program (%(signs)s). Such programs change dates and "
        "cut long ids; upload the file as downloaded when you still have it."
    ),
    "net_is_not_gained": gettext_noop(
        "Column %(column)s is the net change of subscribers; it is not taken for subscribers gained."
    ),
    "people_are_no_clicks": gettext_noop(
        "Column %(column)s counts people, not clicks, and was not taken for clicks."
    ),
    "spend_is_ads": gettext_noop(
        "Column %(column)s is advertising spend. It belongs to the days of the advertiser account and was "
        "not stored; bring it in with the plain CSV of ads days."
    ),
    "refunds_by_payment": gettext_noop(
        "Column %(column)s was not taken: refunds are counted on the day of payment, as the sales are."
    ),
    "year_added": gettext_noop(
        "The days in column %(column)s have a year, which this platform does not write: a program or a "
        "person added it. Make sure that it is right."
    ),
    "page_not_said": gettext_noop(
        "“%(column)s” does not say whether it is of an Instagram account or of a Facebook page. Make sure "
        "that the Instagram account was chosen in the export."
    ),
    "reach_is_people": gettext_noop(
        "Column %(column)s counts people reached, not plays, and was not stored."
    ),
    "rate_unit_unknown": gettext_noop(
        "Column %(column)s gives rates without a per cent sign, and this platform's unit is not known; the "
        "column was left out."
    ),
    "columns_unknown": gettext_noop("Columns nobody knows were left out: %(columns)s."),
    "columns_missing": gettext_noop("Columns expected in this file are missing: %(columns)s."),
    "known_not_stored": gettext_noop("Columns that no measure uses were not stored: %(columns)s."),
    "year_assumed": gettext_noop(
        "The days have no year; they were taken as %(first)s to %(last)s. Give the as-of date if "
        "that is wrong."
    ),
    "day_order_found": gettext_noop("The dates were read %(order)s."),
    "rounded_numbers": gettext_noop("Column %(column)s gives rounded numbers such as %(value)s."),
    "rate_unit_doubtful": gettext_noop(
        "Column %(column)s should give fractions but %(count)s rows are above 1; the whole column "
        "was left out."
    ),
    "formulas": gettext_noop(
        "Sheet %(sheet)s has formulas; the values a spreadsheet program last calculated were read."
    ),
    "sheet_skipped": gettext_noop("Sheet %(sheet)s was not recognised and left out."),
    "sheet_hidden": gettext_noop("Sheet %(sheet)s is hidden and was left out."),
    "error_cells": gettext_noop(
        "Sheet %(sheet)s has cells that show an error such as #N/A; they were read as no value."
    ),
    "header_again": gettext_noop("Row %(row)s repeats the header and was left out."),
    "publish_years": gettext_noop(
        "The publish days in column %(column)s have no year; they were taken as %(first)s to %(last)s. Do "
        "not store the file if older videos are in it."
    ),
    "rate_unit_open": gettext_noop(
        "Column %(column)s gives no value above 1, so it is open whether it writes 0.5 or 50 for a half; "
        "the column was left out."
    ),
    "part_skipped": gettext_noop("%(part)s is neither CSV nor XLSX and was left out."),
    "beyond_as_of": gettext_noop("Days after the as-of date %(as_of)s are in the file, up to %(last)s."),
    "without_publish_time": gettext_noop(
        "%(count)s videos have no publish time; they are kept but join no month."
    ),
    # Questions.
    "day_first": gettext_noop("Is %(value)s written day first or month first? Both fit the column."),
    "as_of": gettext_noop("On which day was this file exported? It gives the figures as of that day."),
    "lifetime_or_period": gettext_noop(
        "Do the figures cover each video's whole life, or only a period? The file does not say."
    ),
}
