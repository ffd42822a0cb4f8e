"""Lists to work through: findings, hits of a search, blanks and drafts; and the watch that counts them."""
