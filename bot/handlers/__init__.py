"""One module a behaviour: parse the update once, make one call, show one view."""
