"""What may follow what, and what blocks: pure, no Django, no clock.

stages      from one stage to the next
screening   when two people agree
redaction   spans, decisions, the redacted text
leftovers   the second pass over everything that would be published
sentences   what codes rest on and pauses stand between
coding      codes, lessons, wording, and what is still missing
release     the text in its periods, what the gate asks, who signed
rarity      how many share a pair of facts
erasure     what is due to be destroyed
"""
