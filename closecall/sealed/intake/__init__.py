"""Reporters: sharing, the claim code, the mailbox, withdrawal.

What a reporter writes is sealed before it touches a disk, and only analysts open it. What a reporter may
read again (questions, the text we'd publish, what became of it) opens with the claim code alone.

Ways in for other rooms:
    queries   waiting, summary, open_original, draft_key, messages, reporter_decision, current_generation, totals
    actions   ask, offer_text, set_stage, burn_originals, burn_dialogue, hold, lift_hold,
              open_generation, close_intake, sweep_slots, replay
"""
