"""Published reports: kept, checked, found and read.

The room's doors: `actions` (publish, correct, unpublish, retract, warn), `queries` (one report, search,
latest, similar, support) and `rules` (what a released text is, what a person's query means).
"""
