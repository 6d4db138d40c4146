"""The loaders, one module a format: a file's bytes become a Draft."""
