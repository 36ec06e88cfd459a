"""This week at the desk: what the library tells those who work on it. Desk process only.

Reporting signals with the reports behind each and a bulletin to check; codes that nobody uses; lessons that fit no
theme of the codebook. Everything here is of published reports. What is kept is where each lesson stands among the
themes, which takes a machine seconds; never a lesson's words.

Ways in for other rooms and for commands:
    actions   place_lessons, for the house to call
    queries   this_week, bulletin
    rules     which codes lie idle, which lessons are unlike every theme
"""
