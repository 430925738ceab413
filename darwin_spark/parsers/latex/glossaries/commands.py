r"""Commands of acronyms and glossaries. They are expanded to the printed text, also in formulas.

An entry that is defined after its use (acronyms defined at the document's end) is printed by a placeholder. A document's own
definitions of the same names take precedence. Spec: the manuals of glossaries, glossaries-extra, acronym, acro and nomencl.
"""

from darwin_spark.parsers.latex.glossaries.definitions import DEFINITIONS
from darwin_spark.parsers.latex.glossaries.uses import USES

COMMANDS = {**USES, **DEFINITIONS}
