"""The lists in Django admin: unmanaged models of our tables. Django is installed for the bench alone."""
