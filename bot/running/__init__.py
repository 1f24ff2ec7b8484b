"""The life of a process: active or standing by, until it is asked to stop."""
