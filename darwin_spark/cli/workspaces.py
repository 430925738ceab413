"""Commands about workspaces: upgrade."""

import typer

app = typer.Typer()
