"""The rooms of a build: what it keeps, who works, and how the files of a dump come together.

state      the folder that a build keeps beside the dump, so that the next one need not begin anew
spool      what workers hand to each other: packed pieces in files, each with its checksum
keys       digests of all that a step reads: the same digest, the same result
reading    from a document to records, and to what the collection must know of them
names      the names of the collection on disk, and which of them a record asks for
describing from a record to checked statements
pieces     what one record contributes to each file of the dump
sorting    sorted runs of statements, and their merging
levels     what is new since the last build, and its runs
chunks     the sorted statements in chunks, and those of them that have changed
kept       the files of the last build, from which the next copies what has not changed
writing    the files of the whole collection, chunk by chunk
quads      their N-Quads: one file, or compressed ones
shuffle    the names of a large collection, joined by many processes
cluster    workers of Dask in the place of processes of this machine
remote     collections and dumps on other file systems
workers    processes that do one piece after the other, with a limit of time
progress   how far a build has come, for a terminal, a log or a program
"""
