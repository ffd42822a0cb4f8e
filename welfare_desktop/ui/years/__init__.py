"""The yearly round: choosing, opening and closing a year."""
