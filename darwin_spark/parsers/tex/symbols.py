r"""Unicode for the characters that TeX source writes as commands or ligatures: accents, letters, signs, quotes, dashes."""

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
"""Printed text by command. The dollar sign keeps its backslash, because a bare one would start a formula in Markdown."""
_LIGATURES = (
    ("```", "“‘"), ("``", "“"), ("'''", "’”"), ("''", "”"), ("---", "—"), ("--", "–"), ("!`", "¡"), ("?`", "¿"), ("`", "‘"),
    ("'", "’"), (",,", "„"), ("<<", "«"), (">>", "»"),
)  # fmt: skip
_LIGATURE_CHARS = frozenset("`'-,<>")


def typeset(text: str) -> str:
    """Return `text` with TeX's input ligatures replaced by Unicode quotes, dashes, `¡` and `¿`."""
    if _LIGATURE_CHARS.isdisjoint(text):
        return text
    for ligature, replacement in _LIGATURES:
        if ligature in text:
            text = text.replace(ligature, replacement)
    return text


def accented(base: str, accent: str) -> str:
    """Return `base` with a combining accent on its first character (NFC). Dotless `ı`, `ȷ` count as `i`, `j`; '' stays ''."""
    base = {"ı": "i", "ȷ": "j"}.get(base, base)
    return unicodedata.normalize("NFC", base[:1] + accent) + base[1:] if base else ""
