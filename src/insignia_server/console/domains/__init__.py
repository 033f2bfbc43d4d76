"""Domains and their proof."""
