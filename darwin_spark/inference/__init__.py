"""Every call of a model: requests, engines, the response store and the checks of responses."""
