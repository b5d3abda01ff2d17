"""What is said of dbt projects without a ledger: `reading.py` follows every model's SQL, `report.py` says how far that went,
`compare.py` what a change touches.
"""
