"""Every call of a model: requests, engines, the ledger of answers and their checks."""
