"""Text in cells, for the layouts of this folder; it stands in ``domain`` because workbooks flow the same way."""

from __future__ import annotations

from ..domain.cell_flow import CellText, Paragraph, Setter, Style, bold_spans, drawable

__all__ = ["CellText", "Paragraph", "Setter", "Style", "bold_spans", "drawable"]
