"""Open the parts of an Office file (ISO 29500-2) by their relations."""

import posixpath

from darwin_spark.parsers.xml_tree import Element, parse_xml, within
from darwin_spark.parsers.zipped import ZippedDocument


class Package:
    """The parts of an Office file in a zip file."""

    def __init__(self, document: ZippedDocument) -> None:
        self._document = document

    def part(self, name: str | None) -> Element | None:
        """Return the root of a part, or None if there is none of this name. Raises ParseFailure, see ZippedDocument.read."""
        return parse_xml(self._document.read(name)) if name and name in self._document.names else None

    def related(self, source: str) -> dict[str, tuple[str, str]]:
        """Return the parts that a part ('': the package) refers to, by id: last word of the relation's type, name."""
        folder, name = posixpath.split(source)
        root = self.part(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for relation in within(root, "Relationship") if root is not None else ():
            if relation.get("TargetMode") != "External":
                target = relation.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], path)
        return found

    def first(self, source: str, kind: str) -> str | None:
        """Return the name of the first part of a type that a part refers to, or None."""
        return next((path for found, path in self.related(source).values() if found == kind), None)
