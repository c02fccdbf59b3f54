"""How much fonds reads right in real documents that it was never fitted to.

    python -m benchmarks.accuracy DATA [--collection frus|cia|wilson|seeds] [--limit N] [--misses] [--json]

`docs/accuracy.md` says what is measured, and what came out.
"""
