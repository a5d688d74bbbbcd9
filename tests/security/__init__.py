"""Controls that belong to no single part, and the documents that list them all."""
