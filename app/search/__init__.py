"""Queries, analysis and the engine protocol: what a search is, with no word on how an engine does it."""

import os

# Before NumPy is imported: the matrices here are small, and BLAS's own threads would only wait for one another and take
# the cores from the other processes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
