"""The intake: identity, exclusions, templates, bursts."""
