"""Training material from a published report: so far the one-page brief for roll call.

rules.brief.brief(text, …) -> BriefContent     what stands on the page, pure
rules.bulletin.bulletin(told, …) -> BulletinContent   what stands on the bulletin of a reporting signal
queries.bulletin_pdf(told, …) -> bytes         one printed page, a draft; the desk offers it
queries.brief_pdf(public_id, paper) -> bytes   the page as a PDF, for the web and the command line
/reports/<id>/brief.pdf?paper=letter|a4
"""
