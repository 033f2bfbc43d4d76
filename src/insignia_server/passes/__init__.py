"""Wallet passes of badges: files for Apple Wallet, links for Google Wallet, signed with operators' keys."""
