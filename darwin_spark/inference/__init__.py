"""All calls of models: requests, engines, the journal, the response store, the checks of responses, and the judges."""
