"""What happens: business rules, one file per domain word. The actor is always a keyword-only argument."""
