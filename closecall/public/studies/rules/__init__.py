"""Statistics of reports, pure: counts in, counts with intervals out.

Reports are told by choice, so nothing here is a rate or a risk: `intervals.rate` refuses without a denominator.
"""
