"""What the provider's work costs, on which day it was done, and whether there is still money for more."""
