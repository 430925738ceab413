"""Storage: the Spark session, the workspace and its Delta tables, files on any storage system, archives."""
