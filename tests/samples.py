"""Three records made by hand from the demo corpus, each with the agents that its mentions name."""

from sample_cable import cable
from sample_memorandum import memorandum
from sample_report import report
from sheet import DOCUMENTS, agent, party

__all__ = ["DOCUMENTS", "SAMPLES", "agent", "cable", "memorandum", "party", "report"]

SAMPLES = {"cable": cable, "report": report, "memorandum": memorandum}
