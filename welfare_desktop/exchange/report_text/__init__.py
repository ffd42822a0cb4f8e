"""Reading a yearly status report from its text form: tab-separated tables taken out of a PDF, damaged as such text is.

The way: ``scanning`` (lines → events), ``contents`` (contents page), ``laying`` and ``alignment`` (rows → columns, by
``scoring`` their wording), ``structure`` and ``placing`` (rows → activities, activities → plan), ``splitting`` and
``drafting`` (cells → lines), ``building`` (→ plan).  No character of a cell is dropped on the way; what cannot be told
for certain is decided, and said in a warning.

Codes of warnings (stable):

====== ===============================================================================================
R-101  no title; the plan was given a makeshift name
R-102  the years of labels disagree, or had to be taken from the file's name or the text
R-103  no contents page; names and places come from the body alone
R-104  bullets of another program (• ･) were taken for ・
R-105  cells are not separated by tabs; another separator was used
R-106  unreadable characters (U+FFFD)
R-107  text outside of the tables that belongs to no field was not stored; the message holds it
R-108  no vision on the contents page
R-109  a line holding only a number was taken for a page number
R-110  activities are numbered otherwise than by ①; their numbers were read all the same
R-111  the heading of an activity goal is missing; its name and number were recovered
R-112  the heading of a basic goal is missing; its name and number were recovered
R-113  a name stands nowhere; a placeholder was used
R-114  contents page and body call the same thing differently; one name was chosen
R-115  a number contradicts the contents page, or is used twice
R-116  something the contents page lists is not in the body; it was added empty
R-117  an activity of the body is not on the contents page
R-118  the title cell of an activity is lost; number and name were recovered
R-201  cells of a row are lost and the others shifted; columns were told by content
R-202  a cell was nearly as likely to belong to another column
R-203  one cell held the text of several columns and was cut
R-204  two cells went to one column
R-205  the columns stand in another order than usual
R-206  a row was broken by a line end and joined again
R-207  text outside of the expected place was put into the most plausible field
R-208  an activity appears twice; the second was added to the first
R-209  a row ends early; the rest is blank
R-210  two rows had run together in one line and were parted
R-301  the departments of a slot cannot be read; it is 未割当
R-302  something that does not look like a department's name was read as one
R-303  a department is named twice in one slot; once is kept
R-401  a short word before a figure was taken as part of the item before it
R-402  words ending in a bare number were taken as one item
R-403  a space stands inside a sentence; the text was left as it is
R-404  a bracket standing apart was kept with the item before it
R-405  a figure after a full stop was kept with the sentence before it
R-406  very short words separated by spaces became items of their own
R-407  a line holds nothing but how the next one begins; it was left as it is
====== ===============================================================================================
"""

from __future__ import annotations

from .decoding import decode_report
from .reader import read_report_text

__all__ = ["decode_report", "read_report_text"]
