"""Measures the classifier on mail it was not trained on, beside other methods, and writes down what came of it."""
