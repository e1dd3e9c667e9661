"""From evidence to a proposed answer: names, classes, inheritance, conclusion."""
