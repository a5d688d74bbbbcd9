"""Tests of the classifier: plain values in, plain values out."""
