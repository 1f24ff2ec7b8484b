"""The signs that LaTeX has names for, by what they do to the space around them."""

from __future__ import annotations

from typing import Final


def _names(table: str) -> dict[str, str]:
    """`name sign` pairs, set in columns."""
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


LETTERS: Final = _names("""
    alpha α  beta β  gamma γ  delta δ  epsilon ε  varepsilon ε  zeta ζ  eta η  theta θ  vartheta ϑ  iota ι
    kappa κ  varkappa ϰ  lambda λ  mu μ  nu ν  xi ξ  omicron ο  pi π  varpi ϖ  rho ρ  varrho ϱ  sigma σ
    varsigma ς  tau τ  upsilon υ  phi φ  varphi φ  chi χ  psi ψ  omega ω
    Gamma Γ  Delta Δ  Theta Θ  Lambda Λ  Xi Ξ  Pi Π  Sigma Σ  Upsilon Υ  Phi Φ  Psi Ψ  Omega Ω
    hbar ℏ  hslash ℏ  ell ℓ  Re ℜ  Im ℑ  aleph ℵ  wp ℘  imath ı  jmath ȷ  partial ∂  nabla ∇  infty ∞
    emptyset ∅  varnothing ∅  forall ∀  exists ∃  nexists ∄  neg ¬  lnot ¬  angle ∠  measuredangle ∡
    triangle △  square □  Box □  diamond ◇  star ⋆  bullet •  degree °  circ ∘  prime ′  dagger †  top ⊤
    bot ⊥  surd √  checkmark ✓  complement ∁  dots …  ldots …  cdots …  vdots ⋮  ddots ⋱  dotsc …  dotsb …
    S §  P ¶  pounds £  euro €  N №  textdegree °  therefore ∴  because ∵  backslash \\  Vert ‖  vert |
    lvert |  rvert |  lVert ‖  rVert ‖  blacksquare ■  qed ■
""")
BINARY: Final = _names("""
    pm ±  mp ∓  times ×  cdot ·  div ÷  ast *  cup ∪  cap ∩  setminus ∖  smallsetminus ∖  wedge ∧  land ∧
    vee ∨  lor ∨  oplus ⊕  ominus ⊖  otimes ⊗  odot ⊙  sqcup ⊔  sqcap ⊓  uplus ⊎  bigtriangleup △
""")
RELATIONS: Final = _names("""
    le ≤  leq ≤  leqslant ≤  ge ≥  geq ≥  geqslant ≥  ne ≠  neq ≠  approx ≈  approxeq ≊  equiv ≡  sim ∼
    simeq ≃  cong ≅  propto ∝  ll ≪  gg ≫  lll ⋘  ggg ⋙  prec ≺  succ ≻  in ∈  notin ∉  ni ∋  subset ⊂
    subseteq ⊆  subsetneq ⊊  supset ⊃  supseteq ⊇  nsubseteq ⊈  parallel ∥  nparallel ∦  perp ⊥  mid |
    nmid ∤  vdash ⊢  models ⊨  asymp ≍  doteq ≐  coloneqq ≔  colon :  lt <  gt >
    to →  rightarrow →  longrightarrow →  leftarrow ←  gets ←  longleftarrow ←  leftrightarrow ↔
    longleftrightarrow ↔  Rightarrow ⇒  Longrightarrow ⇒  implies ⇒  Leftarrow ⇐  impliedby ⇐
    Leftrightarrow ⇔  Longleftrightarrow ⇔  iff ⇔  mapsto ↦  longmapsto ↦  uparrow ↑  downarrow ↓
    updownarrow ↕  Uparrow ⇑  Downarrow ⇓  nearrow ↗  searrow ↘  hookrightarrow ↪  rightleftharpoons ⇌
    leftrightarrows ⇆  leadsto ⇝  rightrightarrows ⇉
""")
BIG: Final = _names("""
    sum ∑  prod ∏  coprod ∐  int ∫  iint ∬  iiint ∭  oint ∮  oiint ∯  bigcup ⋃  bigcap ⋂  bigoplus ⨁
    bigotimes ⨂  bigvee ⋁  bigwedge ⋀
""")
OPENING: Final = _names("""
    lbrace {  langle ⟨  lfloor ⌊  lceil ⌈  lbrack [  lparen (
""") | {"{": "{"}
CLOSING: Final = _names("""
    rbrace }  rangle ⟩  rfloor ⌋  rceil ⌉  rbrack ]  rparen )
""") | {"}": "}"}
FUNCTIONS: Final = _words("""
    sin cos tan cot sec csc tg ctg cosec arcsin arccos arctan arccot arctg arcctg sinh cosh tanh coth
    sh ch th cth ln log lg exp det dim ker arg deg gcd rank rang rg tr sgn sign grad rot hom Pr
""")
LIMITS: Final = _words("lim max min sup inf limsup liminf argmax argmin")
"""Functions that have what they range over below them."""
SPACES: Final = {
    **dict.fromkeys(",;:> ", " "),
    **dict.fromkeys("!/", ""),
    "quad": "  ",
    "qquad": "    ",
}
IGNORED: Final = _words("""
    displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits big Big bigg Bigg bigl bigr Bigl Bigr
    biggl biggr Biggl Biggr bigm Bigm left right middle notag nonumber hline centering rm bf it
""")
ESCAPED: Final = {"%": "%", "$": "$", "#": "#", "&": "&", "_": "_", "|": "‖"}
TEXT: Final = _words("text textrm textbf textit textsf texttt mbox textnormal hbox")
FONTS: Final = _words("""
    mathrm mathbf mathit mathsf mathtt mathnormal boldsymbol bm pmb mathfrak boxed fbox displaylines
    ensuremath mathop mathbin mathrel
""")
BLACKBOARD: Final = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ1", "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ𝟙", strict=True))
SCRIPT: Final = dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True))
ACCENTS: Final = _names("""
    vec \u20d7  overrightarrow \u20d7  hat \u0302  widehat \u0302  tilde \u0303  widetilde \u0303
    bar \u0304  dot \u0307  ddot \u0308  check \u030c
""")
"""On one letter, or on the last of several."""
LINES: Final = {"overline": "\u0305", "underline": "\u0332"}
"""On each letter."""
ROOTS: Final = {"": "√", "2": "√", "3": "∛", "4": "∜"}
SUPERSCRIPTS: Final = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθφχ′*∘",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᵠᵡ′*°",
        strict=True,
    )
)
SUBSCRIPTS: Final = dict(
    zip("0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True)
) | {",": ","}
BRACKETS: Final = {
    "matrix": ("", ""),
    "smallmatrix": ("", ""),
    "array": ("", ""),
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
    "cases": ("{", ""),
    "dcases": ("{", ""),
    "rcases": ("", "}"),
}
"""Environments of cells, and what stands around each of their rows."""
ALIGNED: Final = _words("""
    aligned align align* alignat alignat* alignedat gather gather* gathered
    split equation equation* multline multline* eqnarray eqnarray* displaymath
""")
"""Environments of lines."""
