"""Paper: Typst draws a constant template, and whatever people wrote goes in as data, never as markup.

glyphs       which characters the typefaces can draw
press        two pages at a time; a refusal that quotes nothing

A room brings a folder of templates of its own: it is Typst's whole world.
"""
