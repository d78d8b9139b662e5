"""Figures and a report from the phase diagrams that Spinodal computes."""

from .diagram import Axis, DiagramError, Line, Observable, PhaseDiagram
from .reading import read_diagram

__all__ = ["Axis", "DiagramError", "Line", "Observable", "PhaseDiagram", "read_diagram"]
