"""Export files → records: pure reading, no database, no clock, no Django.

``parse.parse_upload`` is the door; ``docs/imports.md`` tells users what is read.
"""
