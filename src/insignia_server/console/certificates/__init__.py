"""Designs of certificates, with a preview while editing; ZIP files of many certificates."""
