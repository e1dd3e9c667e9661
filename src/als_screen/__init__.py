"""als-screen: one-step screening of C9orf72, SOD1, TARDBP and FUS in motor neuron disease."""

import os

__version__ = "0.1.0"

# Each job is a process, so what a start costs is paid a thousand times: a thread a core for NumPy's BLAS,
# which nothing here uses and a job was given no cores for (60 ms), and a search for Pydantic plugins (30 ms).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
