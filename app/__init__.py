"""Otklik: one request for a home, answered by every realtor of the city."""
