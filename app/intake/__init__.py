"""The first decision: what is this mail? Judges sends and stores them, with burst and cursor, in one transaction."""

from app.intake.take_in import Intake, Stopped, Taken

__all__ = ["Intake", "Stopped", "Taken"]
