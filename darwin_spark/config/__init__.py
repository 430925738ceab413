"""Every setting, its default (the paper's value where the paper gives one) and its section of the paper; one module a level.
`conf/base.yaml` and `docs/settings.md` list the same settings; `make docs` writes them, a test keeps them equal to the code."""
