"""Money, dates, phones, errors, events, jobs: what every room may use; no business tables."""
