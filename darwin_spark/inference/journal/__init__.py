"""The journal makes responses durable within seconds, before the Spark job that sends the requests ends."""
