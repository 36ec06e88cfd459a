"""The signed chain of what staff did.

actions.record(action=…, obj=…, by=…, detail=…)   one entry, in the caller's sealed transaction
actions.copy_head()                               the daily head, for the public site's footer
actions.verify(staff_keys=…, heads=…)             recomputes everything; names the first bad entry
queries.head() · queries.entries()                the newest copied head · the entries, newest first

Staff verbs only: an entry about a reporter would be an arrival timeline. The chain lies in the sealed
database, append-only by triggers; the public process reads nothing but the copied head.
"""
