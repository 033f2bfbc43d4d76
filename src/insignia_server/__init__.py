"""The self-hosted server. Its place in the repository; the issuer console comes with the next issue."""
