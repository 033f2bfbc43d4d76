"""What other sites show of a badge: the component that verifies, snippets, oEmbed, pictures with a state."""
