"""Where data lies: the Spark session, the workspace and its Delta tables, files on any store, archives."""
