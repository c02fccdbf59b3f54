"""fonds beside RiC-O Converter, the XSLT of the Archives nationales de France, on the same files.

Both read the same finding aids (EAD 2002) and authority records (EAC-CPF 1.0), and what comes out
is measured in the same way: what the files mark up is counted in the files (`sources`), what was made
of it in the statements (`graphs`, `lost`). RiC-O Converter is taken from a checkout that the user
names; its stylesheets run in SaxonC (`saxonche`).
"""
