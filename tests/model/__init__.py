"""A simple model of one rep and one mailbox, and the product held against it step by step."""
