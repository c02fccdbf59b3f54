"""SHACL Core (W3C Recommendation of 20 July 2017): shapes read once, and compiled to closures over tuples.

- `loading`: the files of the shapes, as statements, as a program, and as what pySHACL keeps
- `parameters`: what a shape says, and what is said of a shape that says it wrongly
- `paths`: property paths
- `values`: literals as values: what fits a datatype, what is less than what
- `constraints`: the constraints on values
- `composed`: the constraints on shapes
- `shapes`: which nodes are shapes, what their targets are, and the whole program
- `data`, `columns`: a document's statements by predicate, and indexed where a constraint asks
- `proofs`: what shows that nodes conform without a look at each of them
- `scope`, `evaluation`: a shape at work on all its focus nodes, and its results
- `words`: what a result says when its shape has no message
- `report`: results as values, as rdflib, as CSV and as HTML
- `terms`: blank nodes, which fonds has none of, and the way to rdflib and back
"""
