"""Statements: from resolved records to RDF."""
