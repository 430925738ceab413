"""Looks at a workspace: audit, explain, funnel, SQL views, cost. Asks the levels, names none."""
