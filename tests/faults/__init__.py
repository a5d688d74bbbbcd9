"""The service on a bad line: what it does is checked against the folders of the real server."""
