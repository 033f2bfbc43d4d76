"""The VC-API of the W3C Credentials Community Group."""
