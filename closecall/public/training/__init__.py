"""Training material from a published report: so far the one-page brief for roll call.

rules.brief.brief(text, …) -> BriefContent     what stands on the page, pure
queries.brief_pdf(public_id, paper) -> bytes   the page as a PDF, for the web and the command line
/reports/<id>/brief.pdf?paper=letter|a4
"""
