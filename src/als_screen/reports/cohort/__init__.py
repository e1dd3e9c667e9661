"""The cohort: one offline page, a table, a workbook, findings as JSON Lines; nothing that names a person.

`finding.py` reads the findings one by one into small records, the other modules are functions of those, and
`write.py` writes the files.
"""
