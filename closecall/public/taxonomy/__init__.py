"""What a field calls things: its packs of facets, codes, form, codebook and crosswalks.

A pack is data (`closecall/packs/<name>/*.yaml`), never rows: every report names the pack and the version
that it was coded with, so no table is needed here (ADR 0007).
"""
