"""What can be checked between a sentence and its quotes without a model; `qa.support` puts it together."""
