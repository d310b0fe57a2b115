"""The console's lists as others would write them, over the same rows: stock Flask-Admin and Django admin."""
