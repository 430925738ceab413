"""A contract for import-linter: no module imports itself by way of others, imports inside functions included.

import-linter's own `acyclic_siblings` compares packages, so it also refuses two packages that use different modules of each
other. Python and its readers stumble over modules only, and over a package's `__init__`, which that contract leaves out.
"""

from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output


class AcyclicModulesContract(Contract):
    """Kept if no module of the graph lies on a circle of imports."""

    type_name = "acyclic_modules"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002  (the interface of import-linter)
        """Search the whole graph."""
        found = list(circles(graph))
        return ContractCheck(kept=not found, metadata={"circles": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each circle as a chain of modules."""
        for circle in check.metadata["circles"]:
            output.print_error(f"- {' -> '.join(circle)}")


def circles(graph: ImportGraph) -> Iterator[list[str]]:
    """Yield the shortest circle through each import that lies on one, each set of modules once. First module = last module."""
    seen: set[frozenset[str]] = set()
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            chain = graph.find_shortest_chain(importer=imported, imported=importer)
            if chain and frozenset(chain) not in seen:
                seen.add(frozenset(chain))
                yield [importer, *chain]
