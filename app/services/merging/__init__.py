"""Two records of one thing made one, what that moved, and the way back; and which records may be one thing."""
