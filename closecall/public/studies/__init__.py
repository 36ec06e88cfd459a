"""What many reports say together: statistics that know their limits, insights, studies.

rules/                        intervals, agreement, co-occurrence, reporting signals, charts by quarter: pure
rules/board, rules/results    a machine proposes, people decide, every number and one hash come out
queries.insights(request)     every figure of /insights/, counted by the library's index
actions.freeze_cohort → group_lessons → compose → publish_study
/insights/ (.csv .json)       any search of the library works as its address
/studies/ /studies/<slug>/ (.csv .json)
"""
