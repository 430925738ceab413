"""Map the codes of symbol fonts (Symbol, Wingdings, Zapf Dingbats) to Unicode characters.

Sources: Unicode's mapping tables ADOBE/symbol.txt and ADOBE/zdingbat.txt; for Wingdings the characters that Unicode 7.0 added
for these fonts (L2/11-149), with plain arrows and ballot marks in place of their many styles.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from darwin_spark.parsers.xml_tree import Element, within

PRIVATE_USE: Final = 0xF000
"""Word stores the code c of a symbol font as the character U+F000 + c, or as c itself."""
_FIRST = 0x20
_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?"
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
    "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\0⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭\0"
)
_WINGDINGS = (
    " 🖉✂✁👓🕭🕮🕯☎✆✉🖃📪📫📬📭🗀🗁🗎🗏🗐🗄⌛🖮🖰🖲🖳🖴🖫🖬✇✍"
    "🖎✌🖏👍👎☜☞☝☟🖐☺😐☹💣🕱🏳🏱✈☼🌢❄🕆✞🕈✠✡☪☯🕉☸♈♉"
    "♊♋♌♍♎♏♐♑♒♓🙰🙵●🔾■□🞐❑❒🞟⧫◆❖⬩⌧⮹⌘🏵🏶🙶🙷▯"
    "🄋➀➁➂➃➄➅➆➇➈➉🄌➊➋➌➍➎➏➐➑➒➓🙢🙠🙡🙣🙞🙜🙝🙟∙•"
    "⬝○◉◉◎◎🔿▪◻🟁🟅★🟋🟏🟓🟑⯐⌖⯎⯏⯑✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘"
    "🕙🕚🕛⮰⮱⮲⮳⮴⮵⮶⮷🙪🙫🙕🙔🙗🙖🙐🙑🙒🙓⌫⌦⮘⮚⮙⮛⮈⮊⮉⮋←"
    "→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦⇨⇧⇩⬄⇳⬁⬀⬃⬂🢬🢭✗✓☒☑\0"
)
_WINGDINGS_2 = (
    " 🖊🖋🖌🖍✄✀🕾🕽🗅🗆🗇🗈🗉🗊🗋🗌🗍📋🗑🗔🖵🖶🖷🖸🖭🖯🖱🖒🖓🖘🖙"
    "🖚🖛👈👉🖜🖝🖞🖟🖠🖡👆👇🖢🖣🖑✗✓☒☑☒☒⮾⮿🛇⦸🙱🙴🙲🙳‽🙹🙺"
    "🙻🙦🙤🙥🙧🙚🙘🙙🙛⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿\0"
    "☉🌕☽☾⸿✝🕇🕜🕝🕞🕟🕠🕡🕢🕣🕤🕥🕦🕧🙨🙩⋅🞄⦁●○🞅🞇🞉⊙⦿🞌"
    "🞍◾■□🞑🞒🞓🞔▣🞕🞖🞗🞘⬩⬥◇🞚◈🞛🞜🞝🞞⬪⬧◊🞠◖◗⯊⯋⯀⯁"
    "⬟⯂⬣⬢⯃⯄🞡🞢🞣🞤🞥🞦🞧🞨🞩🞪🞫🞬🞭🞮🞯🞰🞱🞲🞳🞴🞵🞶🞷🞸🞹🞺"
    "🞻🞼🞽🞾🞿🟀🟂🟄🟆🟉🟊✶🟌🟎🟐🟒✹🟃🟇✯🟍🟔⯌⯍※⁂\0\0\0\0\0\0"
)
_WINGDINGS_3 = (
    " ←→↑↓↖↗↙↘⭰⭲⭱⭳⭶⭸⭻⭽↔↕⭪⭬⭫⭭⭍⮠⮡⮢⮣⮤⮥⮦⮧"
    "⮐⮑⮒⮓⮀⮃⭾⭿⮄⮆⮅⮇⮏⮍⮎⮌⭮⭯⎋⌤⌃⌥␣⍽⇪⮸🢠🢡🢢🢣🢤🢥"
    "🢦🢧🢨🢩🢪🢫←→↑↓↖↗↙↘↔↕▲▼△▽◀▶◁▷◣◢◤◥🞀🞂🞁\0"
    "🞃⯅⯆⯇⯈⮜⮞⮝⮟←→↑↓←→↑↓←→↑↓←→↑↓←→↑↓←→↑"
    "↓←→↑↓🠠🠢🠤🠦🠨🠪🠬🢜🢝🢞🢟🠮🠰🠲🠴🠶←→↑↓←→↑↓←→↑"
    "↓←→↑↓←→↑↓⮨⮩⮪⮫⮬⮭⮮⮯←→↑↓↖↗↙↘←→↑↓↖↗↙"
    "↘←→↑↓↖↗↙↘←→↑↓←→↑↓\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
)
_ZAPF_DINGBATS = (
    " ✁✂✃✄☎✆✇✈✉☛☞✌✍✎✏✐✑✒✓✔✕✖✗✘✙✚✛✜✝✞✟"
    "✠✡✢✣✤✥✦✧★✩✪✫✬✭✮✯✰✱✲✳✴✵✶✷✸✹✺✻✼✽✾✿"
    "❀❁❂❃❄❅❆❇❈❉❊❋●❍■❏❐❑❒▲▼◆❖◗❘❙❚❛❜❝❞\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0❡❢❣❤❥❦❧♣♦♥♠①②③④⑤⑥⑦⑧⑨⑩❶❷❸❹❺❻❼❽❾❿"
    "➀➁➂➃➄➅➆➇➈➉➊➋➌➍➎➏➐➑➒➓➔→↔↕➘➙➚➛➜➝➞➟"
    "➠➡➢➣➤➥➦➧➨➩➪➫➬➭➮➯\0➱➲➳➴➵➶➷➸➹➺➻➼➽➾\0"
)
_TABLES = {
    **dict.fromkeys(("symbol", "symbolmt", "symbolps", "symbolset", "symbolstd"), _SYMBOL),
    "wingdings": _WINGDINGS,
    "wingdings2": _WINGDINGS_2,
    "wingdings3": _WINGDINGS_3,
    **dict.fromkeys(("zapfdingbats", "itczapfdingbats", "monotypesorts", "dingbats"), _ZAPF_DINGBATS),
}
"""Fonts by name, in lower case without blanks and hyphens; a table begins at code 0x20, NUL stands for an empty code."""


class SymbolFonts(NamedTuple):
    """The symbol fonts of a document, by the id of the style that has them; whether styles or runs use any at all."""

    of_styles: Mapping[str, str] = {}
    are_used: bool = False


@cache
def is_symbol_font(name: str) -> bool:
    """Return whether the codes of this font are known."""
    return _key(name) in _TABLES


def symbol_font(fonts: Element, kind: str) -> str:
    """Return the symbol font that an element `rFonts` sets for characters of a kind (`ascii`, or `hAnsi`: others); else ''."""
    name = str(fonts.get(str(fonts.tag).replace("rFonts", kind), ""))
    return name if name and is_symbol_font(name) else ""


def uses_symbol_font(root: Element) -> bool:
    """Return whether an element `rFonts` in the tree names a symbol font."""
    return any(is_symbol_font(str(name)) for fonts in within(root, "rFonts") for name in fonts.values())


def decode(text: str, font: str) -> str:
    """Return a text that is set in a symbol font, in Unicode; other characters and codes without a sign stay as they are."""
    return text.translate(_translations(_key(font)))


def unresolved(text: str) -> int:
    """Return the number of characters in the range in which Word stores the codes of symbol fonts."""
    return sum(PRIVATE_USE <= ord(c) <= PRIVATE_USE + 0xFF for c in text)


def _key(name: str) -> str:
    return name.lower().replace(" ", "").replace("-", "")


@cache
def _translations(key: str) -> Mapping[int, str]:
    """Return {code point: character} for the codes of a font, as such and in the range of PRIVATE_USE."""
    signs = {code: sign for code, sign in enumerate(_TABLES[key], _FIRST) if sign != "\0"}
    return signs | {PRIVATE_USE + code: sign for code, sign in signs.items()}
