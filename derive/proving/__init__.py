"""The search for certificates; nothing here is trusted."""
