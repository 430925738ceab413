r"""Characters that TeX writes as commands in running text: accents, letters, signs, quotes and dashes."""

import unicodedata

ACCENTS = {
    "\\`": "\u0300", "\\'": "\u0301", "\\^": "\u0302", "\\~": "\u0303", "\\=": "\u0304", "\\u": "\u0306", "\\.": "\u0307",
    '\\"': "\u0308", "\\r": "\u030a", "\\H": "\u030b", "\\v": "\u030c", "\\d": "\u0323", "\\c": "\u0327", "\\k": "\u0328",
    "\\b": "\u0331", "\\t": "\u0361", "\\capitalcaron": "\u030c", "\\capitalacute": "\u0301", "\\textcommabelow": "\u0326",
}  # fmt: skip
SYMBOLS = {
    "\\ss": "ß", "\\SS": "SS", "\\ae": "æ", "\\AE": "Æ", "\\oe": "œ", "\\OE": "Œ", "\\o": "ø", "\\O": "Ø", "\\aa": "å",
    "\\AA": "Å", "\\l": "ł", "\\L": "Ł", "\\i": "ı", "\\j": "ȷ", "\\dh": "ð", "\\DH": "Ð", "\\th": "þ", "\\TH": "Þ",
    "\\dj": "đ", "\\DJ": "Đ", "\\ng": "ŋ", "\\NG": "Ŋ", "\\S": "§", "\\P": "¶", "\\dag": "†", "\\ddag": "‡",
    "\\copyright": "©", "\\textcopyright": "©", "\\textregistered": "®", "\\texttrademark": "™", "\\pounds": "£",
    "\\textsterling": "£", "\\euro": "€", "\\texteuro": "€", "\\EUR": "€", "\\yen": "¥", "\\textyen": "¥", "\\textcent": "¢",
    "\\ldots": "…", "\\dots": "…", "\\textellipsis": "…", "\\dotfill": " ", "\\textbackslash": "\\", "\\textasciitilde": "~",
    "\\textasciicircum": "^", "\\textasciigrave": "`", "\\textunderscore": "_", "\\textbar": "|", "\\textless": "<",
    "\\textgreater": ">", "\\textdollar": "\\$", "\\textpercent": "%", "\\textbraceleft": "{", "\\textbraceright": "}",
    "\\textquoteleft": "‘", "\\textquoteright": "’", "\\textquotedblleft": "“", "\\textquotedblright": "”",
    "\\textquotedbl": '"', "\\textquotesingle": "'", "\\quotedblbase": "„", "\\quotesinglbase": "‚", "\\glqq": "„",
    "\\grqq": "“", "\\guillemotleft": "«", "\\guillemotright": "»", "\\flqq": "«", "\\frqq": "»", "\\lq": "‘", "\\rq": "’",
    "\\guilsinglleft": "‹", "\\guilsinglright": "›", "\\textendash": "–", "\\textemdash": "—", "\\textbullet": "•",
    "\\textperiodcentered": "·", "\\textdegree": "°", "\\degree": "°", "\\textmu": "µ", "\\textpm": "±", "\\texttimes": "×",
    "\\textdiv": "÷", "\\textonehalf": "½", "\\textonequarter": "¼", "\\textthreequarters": "¾", "\\textonesuperior": "¹",
    "\\texttwosuperior": "²", "\\textthreesuperior": "³", "\\textordfeminine": "ª", "\\textordmasculine": "º",
    "\\textexclamdown": "¡", "\\textquestiondown": "¿", "\\textdagger": "†", "\\textdaggerdbl": "‡", "\\textsection": "§",
    "\\textparagraph": "¶", "\\textasteriskcentered": "*", "\\textrightarrow": "→", "\\textleftarrow": "←",
    "\\textperthousand": "‰", "\\textnumero": "№", "\\checkmark": "✓", "\\TeX": "TeX", "\\LaTeX": "LaTeX",
    "\\LaTeXe": "LaTeX2e",
    "\\XeTeX": "XeTeX", "\\BibTeX": "BibTeX", "\\AmS": "AMS", "\\AmSTeX": "AMSTeX", "\\slash": "/", "\\qed": "", "\\aap": "A&A",
    "\\textvisiblespace": "␣", "\\quad": " ", "\\qquad": " ", "\\enspace": " ", "\\enskip": " ", "\\thinspace": " ",
    "\\space": " ", "\\nobreakspace": " ", "\\newblock": " ", "\\hfill": " ", "\\hfil": " ", "\\lbrack": "[", "\\rbrack": "]",
    "\\refname": "References", "\\bibname": "Bibliography", "\\figurename": "Figure", "\\tablename": "Table",
    "\\abstractname": "Abstract", "\\appendixname": "Appendix", "\\chaptername": "Chapter", "\\partname": "Part",
    "\\sectionname": "Section", "\\proofname": "Proof", "\\contentsname": "Contents", "\\indexname": "Index", "\\cdots": "⋯",
    "\\today": "", "\\and": ", ",
    "\\ ": " ", "\\%": "%", "\\&": "&", "\\#": "#", "\\_": "_", "\\{": "{", "\\}": "}", "\\$": "\\$", "\\,": " ",
    "\\;": " ", "\\:": " ", "\\!": "", "\\/": "", "\\-": "", "\\@": "", "\\>": " ", "\\<": "", "\\+": "", "\\*": "", "\\|": "‖",
}  # fmt: skip
"""What the reader sees. The dollar sign keeps its backslash: a bare one would open a formula in Markdown."""
_LIGATURES = (
    ("```", "“‘"), ("``", "“"), ("'''", "’”"), ("''", "”"), ("---", "—"), ("--", "–"), ("!`", "¡"), ("?`", "¿"), ("`", "‘"),
    ("'", "’"), (",,", "„"), ("<<", "«"), (">>", "»"),
)  # fmt: skip
_MARKS = frozenset("`'-,<>")


def typeset(text: str) -> str:
    """A run of characters with TeX's ligatures made: quotes and dashes."""
    if _MARKS.isdisjoint(text):
        return text
    for written, seen in _LIGATURES:
        if written in text:
            text = text.replace(written, seen)
    return text


def accented(base: str, accent: str) -> str:
    r"""A letter with its accent as one character where Unicode has it; \i and \j are i and j below an accent."""
    base = {"ı": "i", "ȷ": "j"}.get(base, base)
    return unicodedata.normalize("NFC", base[:1] + accent) + base[1:] if base else ""
