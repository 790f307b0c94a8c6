"""A bonus sheet as a file: a workbook for people and a CSV for payroll. Pure.

No formula's text, sheet name or number format ever comes from data: every text
cell is written as text, and the only formulas are the totals written here.
"""
