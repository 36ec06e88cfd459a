"""The hierarchy of keys. Pure cryptography, no Django; only rooms of `sealed` open the vault.

analysts      an analyst's two pairs, opened by a passphrase alone
generations   intake pairs: the public half takes reports in, the private half is sealed to each analyst
reporters     a reporter's pair, derived from the claim code and stored nowhere
reports       three keys a report, each behind an erasure slot
slots         32-byte cells that can be burnt: put, get, burn
recovery      two of three printed shares open what no analyst is left to open
passphrases   seven words · wordlist   EFF's short list 2

Which key opens what, and what burning a slot means: docs/adr/0003-keys.md.
"""
