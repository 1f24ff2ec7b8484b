"""Whether a question is taken, and whether it is a piece of a longer one."""
