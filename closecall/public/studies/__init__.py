"""What many reports say together: statistics that know their limits, insights, studies.

rules/                     intervals, agreement, co-occurrence, reporting signals, charts by quarter: pure
queries.insights(request)  every figure of /insights/, counted by the library's index
/insights/ (.csv .json)    any search of the library works as its address
"""
