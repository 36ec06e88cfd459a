"""What every page wears: templates, style sheets, themes, and the parts that other rooms include.

ui/public.html, desk.html  the frames: blocks title head body_class themes leave main_class main footer
ui/_*.html                 parts: `{% include "ui/_strip.html" with cells=… only %}`; each says what it takes
static/ui/site.css         the vocabulary of classes is at its top; desk.css, chart.css, print.css beside it
templatetags/ui.py         `{% load ui %}`: filters `story`, `brackets`
parts.py                   the frozen dataclasses that parts are given
charts.py                  geometry of charts
themes.py                  Day, Night, Red
The desk's /kit/ shows every part in every state.
"""
