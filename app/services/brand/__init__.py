"""How the service looks by the owners' wish: its colours, its sign and its name."""
