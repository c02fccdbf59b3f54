"""How often each rule of fonds is right, counted on documents that people have annotated.

    python -m benchmarks.rules DATA [-o src/fonds/data/rules.toml] [--wrong RULE]

A value is right or wrong; the rule that read it gets the case. What nobody annotated is not
counted. `docs/certainty.md` says what is compared with what, and what follows from the counts.
"""
