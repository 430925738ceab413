"""Tables from the Unicode symbols of scientific MathML to TeX. A symbol that is not in the tables is kept unchanged."""

_GREEK = (
    "α alpha β beta γ gamma δ delta ε varepsilon ϵ epsilon ζ zeta η eta θ theta ϑ vartheta ι iota κ kappa λ lambda "
    "μ mu µ mu ν nu ξ xi π pi ρ rho ϱ varrho σ sigma ς varsigma τ tau υ upsilon φ varphi ϕ phi χ chi ψ psi ω omega "
    "Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega"
)
_OPERATORS = (
    "∑ sum ∏ prod ∫ int ∬ iint ∮ oint ∂ partial ∇ nabla √ surd ∞ infty ± pm ∓ mp × times ÷ div · cdot ⋅ cdot ∗ ast "
    "∘ circ ∙ bullet • bullet ≤ leq ≥ geq ⩽ leqslant ⩾ geqslant ≪ ll ≫ gg ≠ neq ≈ approx ≃ simeq ≅ cong ≡ equiv "
    "∼ sim ∝ propto ∈ in ∉ notin ∋ ni ⊂ subset ⊃ supset ⊆ subseteq ⊇ supseteq ∪ cup ∩ cap ⋃ bigcup ⋂ bigcap "
    "∅ emptyset ∀ forall ∃ exists ¬ neg ∧ wedge ∨ vee ⊕ oplus ⊗ otimes ⊙ odot ⊥ perp ∥ parallel ∣ mid ∠ angle "
    "→ rightarrow ← leftarrow ↔ leftrightarrow ⇒ Rightarrow ⇐ Leftarrow ⇔ Leftrightarrow ↦ mapsto ⇌ rightleftharpoons "
    "↑ uparrow ↓ downarrow … ldots ⋯ cdots ⋮ vdots ⋱ ddots ⟨ langle ⟩ rangle 〈 langle 〉 rangle ⌈ lceil ⌉ rceil "
    "⌊ lfloor ⌋ rfloor ∖ setminus ′ prime ″ prime\\prime ℏ hbar ℓ ell ℜ Re ℑ Im ℵ aleph † dagger ‡ ddagger "
    "∴ therefore ∵ because ⊢ vdash ⊨ models ⊤ top △ triangle ★ star ⋆ star ∐ coprod "
    "≜ triangleq ⇄ rightleftarrows ⌞ llcorner ⌟ lrcorner ⌜ ulcorner ⌝ urcorner ∆ Delta Ω Omega"
)
_ESCAPED = {"%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "{": r"\{", "}": r"\}", "\\": r"\backslash "}
_REPLACED = {
    "−": "-",
    "‐": "-",
    "–": "-",
    "\u2011": "-",
    "\u2329": r"\langle ",
    "\u232a": r"\rangle ",
    "\u2126": r"\Omega ",
    "‖": r"\| ",
    "\u2061": "",
    "\u2062": "",
    "\u2063": "",
    "\u2064": "",
    "\u00a0": " ",
}


def _table() -> dict[int, str]:
    words = f"{_GREEK} {_OPERATORS}".split()
    named = {symbol: f"\\{name} " for symbol, name in zip(words[::2], words[1::2], strict=True)}
    blackboard_letters = {"ℝ": "R", "ℂ": "C", "ℕ": "N", "ℤ": "Z", "ℚ": "Q", "ℙ": "P", "𝔼": "E", "𝟙": "1"}
    blackboard = {symbol: f"\\mathbb{{{letter}}}" for symbol, letter in blackboard_letters.items()}
    calligraphic = {symbol: f"\\mathcal{{{letter}}}" for symbol, letter in zip("ℬℰℱℋℐℒℳℛ", "BEFHILMR", strict=True)}
    return {ord(symbol): tex for symbol, tex in (named | blackboard | calligraphic | _ESCAPED | _REPLACED).items()}


SYMBOLS = _table()
"""Table for str.translate. A named command ends with a space, so that a following letter is not read as part of its name."""

ACCENTS = {
    "¯": "bar", "‾": "overline", "ˉ": "bar", "_": "underline", "^": "hat", "ˆ": "hat", "~": "tilde", "˜": "tilde",
    "→": "vec", "⇀": "vec", "⃗": "vec", "˙": "dot", ".": "dot", "¨": "ddot", "ˇ": "check", "˘": "breve", "´": "acute",
    "`": "grave",
    "⏞": "overbrace", "⏟": "underbrace", "︷": "overbrace", "︸": "underbrace", "̂": "hat", "̄": "bar", "̃": "tilde",
    "̇": "dot", "̈": "ddot", "̲": "underline", "̌": "check", "̅": "overline", "́": "acute", "̀": "grave", "̆": "breve",
}  # fmt: skip

FUNCTIONS = frozenset({
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "coth", "log",
    "ln", "lg", "exp", "lim", "limsup", "liminf", "max", "min", "sup", "inf", "det", "dim", "ker", "deg", "gcd",
    "hom", "arg", "Pr",
})  # fmt: skip

VARIANTS = {
    "normal": "mathrm", "bold": "mathbf", "bold-italic": "boldsymbol", "double-struck": "mathbb", "script": "mathcal",
    "fraktur": "mathfrak", "sans-serif": "mathsf", "monospace": "mathtt",
}  # fmt: skip
