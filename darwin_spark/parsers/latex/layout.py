r"""Commands to skip: those for layout and setup, and those of the authors' part of the front matter.

The commands are grouped by the arguments to skip (`tex/skipping.py`). Any further argument stays in the text as a group:
`\textcolor{red}{word}` gives `word`. Spec: the commands' manuals (LaTeX2e unofficial reference, the packages on CTAN).
"""

_BY_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "": (
        "BooleanFalse", "BooleanTrue", "DisplayProof", "IEEEPARstart", "ExplSyntaxOff", "FloatBarrier", "Huge",
        "IEEEpeerreviewmaketitle", "LARGE", "Large", "MakeLowercase", "MakeUppercase", "NoValue", "UseAllTwocells",
        "allowbreak", "arraystretch", "balance", "bf", "bfseries", "bgroup", "bigbreak", "boldmath", "break",
        "centering", "cleardoublepage", "clearpage", "columnbreak", "dedicatory", "diagram", "displaystyle",
        "doublespacing", "egroup", "em", "fbox", "filbreak", "flushbottom", "footnoterule", "footnotesize",
        "frenchspacing", "fussy", "goodbreak", "hl", "hrule", "hss", "huge", "ignorespaces", "ignorespacesafterend",
        "indent", "it", "itshape", "large", "leavevmode", "linenumbers", "listfiles", "listoffigures", "listoftables",
        "lowercase", "makeglossaries", "makeindex", "maketitle", "marginpar", "mbox", "mdseries", "medbreak",
        "newpage", "nobreak", "noindent", "nonfrenchspacing", "nopagecolor", "normalfont", "normalsize",
        "nouppercase", "null", "onecolumn", "onehalfspace", "onehalfspacing", "phantomsection",
        "printindex", "protect", "qedhere", "raggedbottom", "raggedleft", "raggedright", "relax",
        "restoregeometry", "rm", "rmfamily", "samepage", "sc", "scriptsize", "scriptstyle", "scshape", "seename",
        "selectfont", "sf", "sffamily", "singlespacing", "sl", "sloppy", "slshape", "small", "smallbreak", "so", "st",
        "strut", "text", "textlf", "textmd", "textnormal", "textrm", "textsc",
        "textsf", "textsl", "textstyle", "textup", "tiny", "tt", "ttfamily", "twocolumn", "ul", "ulem", "uline",
        "unboldmath", "underline", "unhbox", "unskip", "uppercase", "upshape", "vfil", "vfill", "vrule", "vss",
    ),
    "*": (
        "ProcessOptions",
    ),
    "l": (
        "baselineskip", "catcode", "char", "clubpenalty", "columnsep", "emergencystretch", "hangafter", "hangindent",
        "hyphenpenalty", "itemsep", "leftmargin", "leftskip", "looseness", "lower", "mathchardef", "moveleft",
        "moveright", "parindent", "parsep", "parskip", "penalty", "raise", "rightskip", "spaceskip", "tabcolsep",
        "textheight", "textwidth", "tolerance", "topsep", "vskip", "widowpenalty",
    ),
    "m": (
        "DeclareGraphicsExtensions", "ExecuteOptions", "IEEEauthorblockA", "IEEEauthorblockN", "LoadClassWithOptions",
        "acmDOI", "acmISBN", "acmPrice", "adjustbox", "aliascntresetthe", "authorcontrib", "authornote",
        "authorrunning", "bibliographystyle", "citestyle", "copyrightyear", "corref", "curraddr", "date", "epsffile",
        "epsfig", "fnref", "fontfamily", "fontseries", "fontshape", "geometry", "glossary",
        "graphicspath", "hphantom", "hyperlink", "hypertarget", "hyphenation", "includeonly", "input@path", "inst",
        "institute", "institution", "issue", "linespread", "lstset", "markright", "mathtoolsset", "newcount",
        "newdimen", "newgeometry", "newlength", "newsavebox", "newskip", "newtoks", "orcid", "pacs", "pagenumbering",
        "pagestyle", "pgfplotsset", "phantom", "preprint", "psfig", "pubyear", "setcaptionwidth",
        "setcitestyle", "setcopyright", "setstretch", "shortauthors", "shorttitle", "stretch", "symbol",
        "thanks", "theoremstyle", "thispagestyle", "tikzset", "titlerunning", "tnoteref", "typeout", "urlstyle",
        "usebox", "usetikzlibrary", "vadjust", "volume", "vphantom", "xymatrix",
    ),
    "o": (
        "allowdisplaybreaks", "cleartooddpage", "hyperref", "listoftodos", "nolinebreak", "nopagebreak",
        "pagebreak", "lettrine", "tableofcontents",
    ),
    "*m": (
        "DeleteShortVerb", "MakeShortVerb", "enlargethispage", "vspace",
    ),
    "mm": (
        "AfterEndEnvironment", "AtBeginEnvironment", "BeforeBeginEnvironment", "Crefrangeformat",
        "DeclareCaptionFormat", "DeclareUnicodeCharacter", "PackageWarning", "PassOptionsToPackage",
        "ThisLLCornerWallPaper", "addtocontents", "addtolength", "belowpdfbookmark", "crefrangeformat",
        "currentpdfbookmark", "fancypagestyle", "fontsize", "lstdefinestyle", "markboth", "sbox", "setlength",
        "settowidth",
    ),
    "mo": (
        "NeedsTeXFormat", "ProvidesClass", "ProvidesPackage", "scalebox",
    ),
    "om": (
        "LoadClass", "accepted", "address", "affil", "affiliation", "author", "bookmark", "captionsetup", "ccsdesc",
        "cellcolor", "cfoot", "chead", "color", "colorbox", "columncolor", "contentsmargin", "cortext", "ead",
        "deleted", "email", "externaldocument", "fancyfoot", "fancyhead", "fancyhf", "fntext", "glsdisp", "glslink",
        "includepdf", "includestandalone",
        "includesvg", "index", "lfoot", "lhead", "newwatermark", "pagecolor", "published", "received", "revised",
        "rfoot", "rhead", "rotatebox", "rowcolor", "setdescription", "setenumerate",
        "setitemize", "setmainfont", "setmonofont", "setsansfont", "sindex", "subjclass", "textcolor",
        "tikz", "tnotetext", "todo", "urladdr",
    ),
    "oo": (
        "framebox", "makebox",
    ),
    "*mm": (
        "resizebox",
    ),
    "mmm": (
        "ClassError", "PackageError", "addcontentsline", "olfileid", "specialrule",
    ),
    "moo": (
        "raisebox",
    ),
    "omm": (
        "colorlet", "corrauthor", "fcolorbox", "pdfbookmark", "rule",
    ),
    "*oom": (
        "includegraphics",
    ),
    "mmmm": (
        "Crefrangemultiformat", "DeclareMathSymbol", "apptocmd",
        "crefrangemultiformat", "pretocmd", "usefont",
    ),
    "moom": (
        "savebox",
    ),
    "ommm": (
        "acmConference", "definecolor", "rowcolors",
    ),
    "omom": (
        "lstdefinelanguage",
    ),
    "ooom": (
        "parbox",
    ),
    "mmmmm": (
        "DeclareSymbolFont", "patchcmd",
    ),
    "*mmmmo": (
        "titlespacing",
    ),
    "mmmmmm": (
        "@startsection", "SetSymbolFont", "titlecontents",
    ),
    "ommmmmm": (
        "bibpunct",
    ),
    "*mommmmo": (
        "titleformat",
    ),
    "mmmmmmmmm": (
        "newtheoremstyle",
    ),
}  # fmt: skip
SKIPPED = {f"\\{name}": kinds for kinds, names in _BY_ARGUMENTS.items() for name in names}
