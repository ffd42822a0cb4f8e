"""What every window is made of: colours and sizes, marks, labels, boxes, tables, long work."""
