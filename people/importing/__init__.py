"""People, accounts and salaries from one workbook or one CSV file per sheet.

``reading`` turns bytes into rows, ``parsing`` rows into records, ``storing``
records into dated changes through the services. A preview is the same run with
everything rolled back, so it says exactly what the import would do.
"""
