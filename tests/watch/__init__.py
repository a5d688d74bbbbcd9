"""The watcher, with real and scripted servers."""
