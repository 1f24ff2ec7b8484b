"""Who is asked about next: an order that is fair, and a number of slots."""
