"""地域福祉計画 実施状況入力: offline entry, merging and printing of a community welfare plan's yearly report."""

__version__ = "0.1.0"
