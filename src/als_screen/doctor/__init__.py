"""`als-screen doctor`: whether a run can work here, before it is started."""
