"""From a request to a reply, whatever the provider does in between."""
