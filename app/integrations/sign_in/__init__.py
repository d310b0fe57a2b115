"""Signing in with somebody else's account: what each provider is, and the dance with it."""

from app.integrations.sign_in.dance import Dance, Failed, Failure
from app.integrations.sign_in.providers import TABLE, Fact, Given, Profile, configured

__all__ = ["TABLE", "Dance", "Fact", "Failed", "Failure", "Given", "Profile", "configured"]
