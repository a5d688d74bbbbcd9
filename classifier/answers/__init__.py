"""Reads what a rep answers to a nudge: of what kind the answer is. Trained on the answers in `corpus`."""
