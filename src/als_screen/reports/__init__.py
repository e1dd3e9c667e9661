"""What people and other systems read: the patient's page and PDF, the cohort's page, JSON, TSV.

Everything here is a pure function of `models.Report` and `ReportSettings`; nothing opens a patient's file,
reads a clock or the network. Words are in `locales/`, pages in `templates/`, looks in `static/`.
"""
