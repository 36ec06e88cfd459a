"""What many reports say together: statistics that know their limits, insights, studies.

rules/    intervals, agreement, co-occurrence, reporting signals, charts by quarter: pure, seeds passed in
"""
