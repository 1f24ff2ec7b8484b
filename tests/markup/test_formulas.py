"""Formulas from school and university, as people read them."""

from __future__ import annotations

import sys
from subprocess import run

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markup import Entity, Text
from bot.markup.latex import readable
from tests.markup.telegram_rules import assert_sendable, styled
from tests.markup.whole import render

FORMULAS = {
    r"x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}": "x₁,₂ = (-b ± √(b² - 4ac))/(2a)",
    r"D = b^2 - 4ac": "D = b² - 4ac",
    r"\frac{1}{2} + \frac{3}{4} = 1\frac{1}{4}": "1/2 + 3/4 = 1 1/4",
    r"\frac{a}{b} : \frac{c}{d} = \frac{ad}{bc}": "a/b : c/d = ad/(bc)",
    r"\sqrt[3]{x+1} + \sqrt{2}": "∛(x + 1) + √2",
    r"\sqrt[n]{a^m} = a^{\frac{m}{n}}": "ⁿ√(aᵐ) = a^(m/n)",
    r"(a+b)^2 = a^2 + 2ab + b^2": "(a + b)² = a² + 2ab + b²",
    r"\sin^2\alpha + \cos^2\alpha = 1": "sin² α + cos² α = 1",
    r"\operatorname{tg} x = \frac{\sin x}{\cos x}": "tg x = (sin x)/(cos x)",
    r"\tan\frac{\alpha}{2}": "tan(α/2)",
    r"\log_2 8 = 3, \ln e = 1": "log₂ 8 = 3, ln e = 1",
    r"\lim_{x \to 0} \frac{\sin x}{x} = 1": "lim(x→0) (sin x)/x = 1",
    r"\lim\limits_{n \to \infty} \left(1 + \frac{1}{n}\right)^n = e": "lim(n→∞) (1 + 1/n)ⁿ = e",
    r"\int_0^1 x^2\,dx = \frac{1}{3}": "∫₀¹ x² dx = 1/3",
    r"\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}": "∫_(-∞)^∞ e^(-x²) dx = √π",
    r"\iint_D f(x,y)\,dx\,dy": "∬_D f(x, y) dx dy",
    r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}": "∑ᵢ₌₁ⁿ i = n(n + 1)/2",
    r"\sum_{n=0}^{\infty} \frac{x^n}{n!} = e^x": "∑ₙ₌₀^∞ xⁿ/n! = eˣ",
    r"\prod_{k=1}^{n} k = n!": "∏ₖ₌₁ⁿ k = n!",
    r"C_n^k = \frac{n!}{k!(n-k)!} = \binom{n}{k}": "Cₙᵏ = n!/(k!(n - k)!) = C(n, k)",
    r"P(A|B) = \frac{P(B|A)P(A)}{P(B)}": "P(A|B) = P(B|A)P(A)/P(B)",
    r"e^{i\pi} + 1 = 0": "e^(iπ) + 1 = 0",
    r"f'(x) = \frac{df}{dx}, f''(x) = \frac{d^2 f}{dx^2}": "f′(x) = df/dx, f′′(x) = d²f/dx²",
    r"\frac{\partial^2 u}{\partial t^2} = c^2 \Delta u": "∂²u/∂t² = c²Δu",
    r"A \cup B \subseteq C, x \in \mathbb{R}, \forall \varepsilon > 0": "A ∪ B ⊆ C, x ∈ ℝ, ∀ε > 0",
    r"x \in (-\infty; 2] \cup [5; +\infty)": "x ∈ (-∞; 2] ∪ [5; +∞)",
    r"a \equiv b \pmod{n}, x \neq y, \{1, 2, \ldots, n\}": "a ≡ b (mod n), x ≠ y, {1, 2, …, n}",
    r"A \Rightarrow B \iff \neg A \lor B": "A ⇒ B ⇔ ¬A ∨ B",
    r"\vec{F} = m\vec{a}, |\vec{a}| = \sqrt{x^2+y^2}": "F⃗ = ma⃗, |a⃗| = √(x² + y²)",
    r"\overrightarrow{AB} \cdot \overrightarrow{CD} = 0": "AB⃗ · CD⃗ = 0",
    r"\angle ABC = 90^\circ, AB \perp BC, \triangle ABC": "∠ABC = 90°, AB ⊥ BC, △ABC",
    r"F = G\frac{m_1 m_2}{r^2}": "F = G m₁m₂/r²",
    r"E = mc^2": "E = mc²",
    r"T = 2\pi\sqrt{\frac{l}{g}}": "T = 2π√(l/g)",
    r"s = v_0 t + \frac{at^2}{2}": "s = v₀t + at²/2",
    r"v = 10\,\text{м/с}, F_{\text{тр}} = \mu N": "v = 10 м/с, F_тр = μN",
    r"e = 1{,}6 \cdot 10^{-19}\,\text{Кл}": "e = 1,6 · 10⁻¹⁹ Кл",
    r"\Delta x \cdot \Delta p \geq \frac{\hbar}{2}": "Δx · Δp ≥ ℏ/2",
    r"\nabla \cdot \vec{E} = \frac{\rho}{\varepsilon_0}": "∇ · E⃗ = ρ/ε₀",
    r"\oint_C \vec{B} \cdot d\vec{l} = \mu_0 I": "∮_C B⃗ · dl⃗ = μ₀I",
    r"\hat{H}\psi = E\psi, \dot{x} = v, \bar{x}": "Ĥψ = Eψ, ẋ = v, x̄",
    r"2H_2 + O_2 \rightarrow 2H_2O": "2H₂ + O₂ → 2H₂O",
    r"a_{n+1} = a_1 q^{n}, S_n = \dfrac{a_1(1-q^n)}{1-q}": "aₙ₊₁ = a₁qⁿ, Sₙ = a₁(1 - qⁿ)/(1 - q)",
    r"\boxed{x = 5}": "x = 5",
    r"\tfrac12 mv^2 \approx 3{,}5 \times 10^3": "1/2 mv² ≈ 3,5 × 10³",
    r"\frac{\frac{a}{b}}{c}": "(a/b)/c",
    r"\frac{a \cdot b}{c} = \frac{a+b}{c \cdot d}": "a · b/c = (a + b)/(c · d)",
    r"\frac{1}{(a+b)c} + \frac{1}{((a+b)c+d)n}": "1/((a + b)c) + 1/(((a + b)c + d)n)",
    r"x_{i;j} = f(2;3) + f(x,2^n)": "x_(i;j) = f(2; 3) + f(x,2ⁿ)",
    r"[\min; \max]": "[min; max]",
    r"y \text{ если } x_1 2^n, 5\text{м}": "y если x₁ 2ⁿ, 5м",
    r"{\cos}x + {\sin}x, a{=}b, \mathrm{НОД} (a, b)": "cos x + sin x, a=b, НОД(a, b)",
    r"\frac{1}{2}^3": "(1/2)³",
    r"\begin{equation}E = mc^2\end{equation}": "E = mc²",
    r"U_{R_1}, v_{\max}, x^{2/3}, \overline{AB}": "U_R₁, vₘₐₓ, x^(2/3), A̅B̅",
}

DISPLAYS = {
    r"A = \begin{pmatrix} 1 & -2 \\ 30 & 4 \end{pmatrix}": "A = ( 1   -2 )\n    ( 30  4  )",
    r"A = \begin{pmatrix} 1 \\ 2 \\ 3 \end{pmatrix}": "    ( 1 )\nA = ( 2 )\n    ( 3 )",
    r"\begin{vmatrix} a & b \\ c & d \end{vmatrix} = ad - bc": "| a  b | = ad - bc\n| c  d |",
    r"|x| = \begin{cases} x, & x \ge 0 \\ -x, & x < 0 \end{cases}": "|x| = { x,   x ≥ 0\n      { -x,  x < 0",
    r"\left\{\begin{aligned} x + y &= 5 \\ x - y &= 1 \end{aligned}\right.": "{ x + y = 5\n{ x - y = 1",
    r"\left(\begin{array}{cc} 1 & 0 \\ 0 & 1 \end{array}\right)": "( 1  0 )\n( 0  1 )",
}

LINES = {
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}": "(a, b; c, d)",
    r"\begin{cases} x, & x \ge 0 \\ -x, & x < 0 \end{cases}": "{ x, x ≥ 0; -x, x < 0",
    r"A = \begin{matrix} a & b \\ c & d \end{matrix}": "A = a, b; c, d",
    r"\begin{alignat}{2} a &= b \\ c &= d \end{alignat}": "a = b; c = d",
    r"\begin{alignedat}{2} a &= b \\ c &= d \end{alignedat}": "a = b; c = d",
    r"x = 1 \\ y = 2": "x = 1; y = 2",
}

UNREADABLE = [
    *(r"\foo{x}", r"\frac{1}", "{a", "a}", "x^2^3", "x^", r"\sqrt[\frac12]{x}", r"\underbrace{a+b}_{c}"),
    *(
        r"\hat{AB}",
        r"\hat{ABC}",
        r"\begin{tikzcd} a \end{tikzcd}",
        r"\begin{pmatrix} a",
        r"\text{a",
        r"\text{\bf a}",
    ),
    *(r"\ce{H2O}", "a & b", " ", "a # b", r"\color{red} x", "\\", r"\begin{pmatrix} a \end{bmatrix}"),
    *(
        r"\begin{aligned}\end{aligned}",
        "{" * 500 + "x" + "}" * 500,
        r"\sqrt" * 700 + "x",
        r"\frac" * 900,
        "^" * 900,
    ),
]


@pytest.mark.parametrize(("source", "text"), FORMULAS.items(), ids=range(len(FORMULAS)))
def test_a_formula_is_readable(source: str, text: str) -> None:
    assert render(f"Вот \\({source}\\) и всё.") == Text(f"Вот {text} и всё.")
    assert render(f"Вот\n\\[\n{source}\n\\]\nи всё.") == Text(f"Вот\n{text}\nи всё.")
    assert render(f"Вот $${source}$$ и всё.") == Text(f"Вот {text} и всё.")


@pytest.mark.parametrize(("source", "rows"), DISPLAYS.items(), ids=range(len(DISPLAYS)))
def test_rows_stand_below_each_other(source: str, rows: str) -> None:
    rendered = render(f"Вот:\n$$\n{source}\n$$\nи всё.")
    assert rendered.text == f"Вот:\n{rows}\nи всё."
    assert styled(rendered) == [("pre", rows)]
    assert_sendable(rendered)


@pytest.mark.parametrize(("source", "text"), LINES.items(), ids=range(len(LINES)))
def test_rows_in_a_line_stand_behind_each_other(source: str, text: str) -> None:
    assert render(f"Вот ${source}$ и всё.") == Text(f"Вот {text} и всё.")


@pytest.mark.parametrize("source", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_has_no_form_in_unicode_is_none(source: str) -> None:
    assert readable(source, display=True) is None


@pytest.mark.parametrize(("opening", "before"), [("{", "xxxx"), ("x^{", "x^{x}x^{x}x^{x}")])
def test_groups_are_read_forty_deep(opening: str, before: str) -> None:
    """However many stand before them."""

    def nested(depth: int) -> str:
        return before + opening * (depth - 1) + "x" + "}" * (depth - 1)

    assert readable(nested(40), display=False) is not None
    assert readable(nested(41), display=False) is None


@pytest.mark.parametrize(
    ("opening", "closing"), [("\\(", "\\)"), ("$$\n", "\n$$"), ("\\begin{align}", "\\end{align}")]
)
def test_a_formula_has_at_most_four_thousand_characters(opening: str, closing: str) -> None:
    words = "x" * (4000 - len(opening + closing))
    assert render(f"{opening}{words}{closing}").text == words
    assert render(f"{opening}x{words}{closing}").text != f"x{words}"


def test_what_cannot_be_read_whole_stays_whole_as_code() -> None:
    line = r"\(\underbrace{a}_{b} + \frac{1}{2}\)"
    assert styled(render(f"Вот {line} и $x^2$.")) == [("code", line)]
    block = "\\[\n\\color{red} \\frac{1}{2}\n\\]"
    rendered = render(f"Вот:\n{block}\nи всё.")
    assert rendered == Text(f"Вот:\n{block}\nи всё.", (Entity("pre", 5, len(block), language="latex"),))


def test_lines_of_a_display_stay_lines() -> None:
    source = "\\begin{align*}\na &= b \\\\\n- c &= d\n\\end{align*}"
    assert render(f"- x\n\n  {source.replace(chr(10), chr(10) + '  ')}\n- y").text == (
        "• x\n\n    a = b\n    -c = d\n• y"
    )
    assert render("\\[\nx = 1\n\\]где").text == "x = 1\nгде"
    assert render("1. a\n\\[\nx = 1\n\\]").text == "1. a\n    x = 1"


@pytest.mark.parametrize(
    "literal",
    [
        *("от $5 до $7", "$5 и $10, $HOME и $PATH", "5$/10$", "$HOME/bin:$PATH:$HOME", "US$5, US$7"),
        *(r"\[1\] и \[2\]", r"\(см. ниже\)", r"\(", r"\(\)", r"\) and \]", "$$ alone", "\\[\nnever closed"),
        *("пути $a/$ и $b:$", "пути $/a$ и $:b$"),
        *("I have $5 and you have 6$.", "стоит 5$, а не 6$", "$5, то есть 400$"),
    ],
)
def test_money_variables_and_brackets_are_no_formulas(literal: str) -> None:
    assert render(f"so {literal}") == Text(f"so {literal}")


def test_what_is_no_formula_leaves_what_follows() -> None:
    assert render(r"\(\) и \(x_1\)").text == r"\(\) и x₁"
    assert styled(render(r"\]`x`")) == [("code", "x")]
    assert render("где $x$ — число").text == "где x — число"


def test_formulas_stand_inside_emphasis_lists_quotes_and_tables() -> None:
    assert styled(render(r"**Итог: \(x_1\)** и *$a*b$*")) == [("bold", "Итог: x₁"), ("italic", "a*b")]
    assert render("- \\[\n  a^2\n  \\]\n- b").text == "• a²\n• b"
    assert render("> $$\n> a_1\n> $$\n> b") == Text("a₁\nb", (Entity("blockquote", 0, 4),))
    assert render("|a|$x^2$|\n|-|-|\n|1|$\\frac{1}{2}$|").text == "a | x²\n--+----\n1 | 1/2"
    assert styled(render("`$x^2$` и\n```\n\\(x^2\\)\n```")) == [("code", "$x^2$"), ("pre", "\\(x^2\\)")]


PIECES = st.sampled_from(
    [
        *(
            r"\frac",
            r"\sqrt",
            "{",
            "}",
            "^",
            "_",
            "x",
            "12",
            r"\alpha",
            r"\left(",
            r"\right)",
            "&",
            r"\\",
            " ",
        ),
        *(
            r"\text{a}",
            r"\begin{pmatrix}",
            r"\end{pmatrix}",
            r"\sum",
            "=",
            "+",
            "-",
            "'",
            r"\lim",
            "[",
            "]",
            "(",
        ),
        *(")", r"\vec", ","),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_nothing_of_latex_is_left_over(source: str) -> None:
    """It is read whole, or not at all."""
    for display in (False, True):
        formula = readable(source, display=display)
        if formula is not None:
            assert not set(formula.text) & set("\\{}&")


def test_nothing_is_loaded_for_answers_without_formulas() -> None:
    load = "from bot.markup.splitting import parts; parts('$5')"
    code = f"import sys; {load}; print('bot.markup.latex' in sys.modules)"
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "False\n"
