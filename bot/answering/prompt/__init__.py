"""What the model is given."""
