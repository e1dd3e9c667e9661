"""What the headers, indexes and file ends of a patient's files say, before any of them is worked on."""
