"""Studies under way: a question, a frozen cohort, a theme board, a second coder, a publication.

actions.open_study(…) · freeze_again(…)          a cohort, held still; its lessons are read by a job
actions.work(…) · replay()                       what the housekeeper does: read lessons, finish publications
actions.name_theme · merge_themes · split_theme · move_lessons     one decision, kept for ever, with who and when
actions.take_seat(…) · choose_themes(…) · finish_coding(…)         the second coder, who sees no decision
actions.publish(…) · correct(…) · adopt(…) · withdraw(…)           the public page, and its next version

It reads published reports only: nothing here opens a key. The words of lessons are never copied; they are read from
the library whenever a page is drawn, so what is withdrawn is gone here too.
"""
