"""MathML to TeX, element by element."""

import pytest
from lxml import etree

from darwin_spark.parsers.math.mathml import to_tex


@pytest.mark.parametrize(
    ("mathml", "tex"),
    [
        ("<mfrac><mi>a</mi><mi>b</mi></mfrac>", r"\frac{a}{b}"),
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x^{2}"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_{i}^{2}"),
        ("<msup><mrow><mo>(</mo><mi>a</mi><mo>)</mo></mrow><mn>2</mn></msup>", "{(a)}^{2}"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mi>i</mi>", r"\sum_{i}^{n} i"),
        ("<mover><mi>X</mi><mo>¯</mo></mover>", r"\bar{X}"),
        ("<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>", r"\sqrt{a+b}"),
        ("<mroot><mi>a</mi><mn>3</mn></mroot>", r"\sqrt[3]{a}"),
        ("<mfenced open='[' close=')'><mi>a</mi><mi>b</mi></mfenced>", r"\left[ a, b\right)"),
        ("<mi>sin</mi><mi>α</mi><mo>≤</mo><mn>1</mn>", r"\sin \alpha \leq 1"),
        ("<mi mathvariant='bold'>v</mi>", r"\mathbf{v}"),
        ("<mi>𝑥</mi>", "x"),
        ("<mtext>50% of</mtext>", r"\text{50\% of}"),
        ("<mtext>Δ</mtext><mi>t</mi>", r"\Delta t"),
        ("<mtext>if</mtext><mspace width='0.25em'/><mi>ℒ</mi>", r"\text{if}\ \mathcal{L}"),
        ("<mo>〈</mo><mi>x</mi><mo>〉</mo>", r"\langle x\rangle"),
        ("<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable>", r"\begin{matrix}a & b\end{matrix}"),
        ("<mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>", "{}_{6}^{14}C"),
        ("<semantics><mi>y</mi><annotation>y</annotation></semantics>", "y"),
        ("<mtext>&#160;</mtext><mi>a</mi><mtext>&#160;</mtext>", r"\ a"),
        ("<mfrac><mrow><mi>a</mi><mtext> </mtext></mrow><mi>b</mi></mfrac>", r"\frac{a}{b}"),
        ("<msub><mi>a</mi><mrow><mi>i</mi><mtext>&#160;</mtext></mrow></msub>", "a_{i}"),
        ("<mtable><mtr><mtd><mi>a</mi><mtext> </mtext></mtd></mtr></mtable>", "a"),
        ("<unknown><mi>z</mi></unknown>", "z"),
        ("<mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac>", r"\genfrac{}{}{0pt}{}{n}{k}"),
        ("<mfrac linethickness='0.0pt'><mi>n</mi><mi>k</mi></mfrac>", r"\genfrac{}{}{0pt}{}{n}{k}"),
        ("<mfrac linethickness='0.5pt'><mi>n</mi><mi>k</mi></mfrac>", r"\frac{n}{k}"),
        ("<mtable><mlabeledtr><mtd><mtext>(1)</mtext></mtd><mtd><mi>a</mi></mtd></mlabeledtr></mtable>", r"a \tag{1}"),
        (
            "<mtable><mlabeledtr><mtd><mn>1</mn></mtd><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mlabeledtr>"
            "<mtr><mtd><mi>c</mi></mtd><mtd><mi>d</mi></mtd></mtr></mtable>",
            r"\begin{matrix}a & b \\ c & d\end{matrix} \tag{1}",
        ),
    ],
)
def test_element_becomes_tex(mathml: str, tex: str) -> None:
    math = etree.fromstring(f'<math xmlns="http://www.w3.org/1998/Math/MathML">{mathml}</math>')
    assert to_tex(math) == tex
