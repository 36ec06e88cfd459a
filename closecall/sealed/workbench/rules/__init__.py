"""What may follow what, and what blocks: pure, no Django, no clock.

stages      from one stage to the next
screening   when two people agree
redaction   spans, decisions, the redacted text
leftovers   the second pass over everything that would be published
sentences   what codes rest on and pauses stand between
coding      codes, lessons, wording, and what is still missing
release     the text in its periods, what the gate asks, who signed
ladders     how a fact or a period is told more coarsely, one rung at a time
rarity      how few share two or three facts, and what helps
erasure     what is due to be destroyed
"""
