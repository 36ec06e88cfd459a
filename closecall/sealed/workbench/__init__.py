"""Cases: screen, de-identify, code, second reader, publication. Desk process only.

One case is one report for now; its id, stage and mailbox are intake's. Everything here that somebody wrote
is an envelope under the report's draft key and dies with it.

Ways in for other rooms and for commands:
    actions   one staff verb each: role, one sealed transaction, one audit entry
    queries   worklist, case, screening, redaction, coding, readiness, due_erasures, …
    rules     what may follow what, when two screeners agree, what blocks, what the gate asks
"""
