"""The compiled shapes beside pySHACL: the same verdicts, and how much sooner.

    python -m benchmarks.shapes DOCUMENTS... [--mutations N] [--random N] [--jena JARS] [--json FILE]

DOCUMENTS are folders or files, documents or RDF, such as corpus/expected. Their graphs are checked
whole for the ratio; pieces of them are spoilt in every way that `mutations` knows, and shapes and data
are made at random by `invented`, for the verdicts. With `--jena` a folder of jars (Apache Jena with
jena-shacl), Jena checks the same documents; it needs a JDK.
"""
