"""The life of a dataset: what happened to it, how often something comes in, how its schema changed, who wrote a version."""
