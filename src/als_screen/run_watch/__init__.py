"""Where a run stands: what jobs write down while they work, and what people are told of it."""
