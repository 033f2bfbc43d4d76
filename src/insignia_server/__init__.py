"""The self-hosted server: define achievements, award, publish and verify. See docs/server-flow.md."""
