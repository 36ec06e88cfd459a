"""Analysts: passphrases, keys, roles, sessions. Desk process only.

What other rooms use, and where it lives:

rules.desk.Desk            who acts: frozen Desk(analyst_id, pseudonym, name, role, keys, generations).
                           Actions take it as keyword `by`; it is also what `site.audit.actions.record`
                           signs with (`by.sign(message)`, `by.pseudonym`).
rules.desk.generation      generation(desk, number) -> Generation, or NotAllowed with a sentence.
rules.roles                Role, Verb, may(role, verb) -> bool, require(role, verb) -> None (NotAllowed).
guard.signed_in(verb)      view decorator: nobody signed in -> the sign-in page (GET) or NotSignedIn (POST);
                           the wrong role -> NotAllowed. `signed_in()` without a verb: any signed-in person.
guard.desk_of(request)     the Desk of a request, typed; NotSignedIn when nobody is signed in.
guard.passphrase_again(request)
                           for grant, rotate, export, erase, hold: checks POST field "passphrase" (the part
                           `accounts/_passphrase.html` draws it) or raises NotAllowed; renews the session id.
queries.people()           tuple[Person(analyst_id, pseudonym, name, role, verify_key, active, holds_key)].
queries.names()            pseudonym -> name, for pages that show who signed.
actions.rotate(by=desk)     a new intake generation for everybody who holds one and for the recovery key.
actions.found(...)         what `closecall init` calls; returns every secret for printing, once.
box.connect(...)           called once by who knows both accounts and intake (workbench's AppConfig.ready):
                           how to read, open, move and close intake generations.
queries.staff_keys()       pseudonym -> every certified verify key; for `site.audit.actions.verify`.

An administrator has keys to sign in and to sign the audit chain with, and never a generation: `generations`
is empty, so no sealed thing opens. `request.desk` is None when nobody is signed in.
"""
