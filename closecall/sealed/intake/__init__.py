"""Reporters: sharing, the claim code, the mailbox, withdrawal.

What a reporter writes is sealed before it touches a disk, and only analysts open it. What a reporter may
read again (questions, the text we'd publish, what became of it) opens with the claim code alone.

Ways in for other rooms:
    queries   waiting, everything, summary, report_id_of, open_original, draft_key, messages, proposed_text,
              reporter_decision, days_to_object, unhandled, held_count, totals, current_generation
    actions   ask, notify, offer_text, set_stage, burn_originals, burn_dialogue, erase_unhandled, hold,
              lift_hold, open_generation, close_intake, move_to_generation, sweep_slots, replay
"""
