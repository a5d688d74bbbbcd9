"""Outboxes whose truth is known, put together from written and real mail; for calibration and measurement only."""
