"""als-screen: one-step screening of C9orf72, SOD1, TARDBP and FUS in motor neuron disease."""

__version__ = "0.1.0"
