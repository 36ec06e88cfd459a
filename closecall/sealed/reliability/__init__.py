"""Reliability: do two people who read the same published story code it alike? Desk process only.

A sample of published reports is drawn blind and coded again by two people; what they differ on is settled and may
become a correction; an anchor set is coded again every quarter. Here lie codes and the numbers of sentences, sealed;
never a text, which the library has.

Ways in for other rooms and for commands:
    actions   draw, code, finish, settle, anchor, correct; forget what was withdrawn
    queries   samples, a coder's stories, results, differences, drift
    rules     drawing, sheets, agreement, settling
"""
