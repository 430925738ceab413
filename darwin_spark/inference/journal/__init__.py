"""The journal: responses are durable within seconds, before the Spark job that asked for them ends."""
