"""Inspect a workspace: audit, explain, funnel, SQL views, cost. This code asks the registered levels and names none."""
