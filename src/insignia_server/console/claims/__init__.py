"""Claim links in the console: open, print, close; requests that wait for approval."""
