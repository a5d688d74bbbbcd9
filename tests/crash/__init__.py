"""kill -9 at numbered points and at random; then the service's rows are held against the server's folders."""
