"""Hold results against what a laboratory knows of its own patients."""
