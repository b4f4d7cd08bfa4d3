"""What people do: accounts and sessions so far."""
