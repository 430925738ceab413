"""Read pages with a vision-language model, as olmOCR does (https://github.com/allenai/olmocr, arXiv 2502.18443).

A request holds the prompt and one page's image, 1,288 pixels on its longest side, without the page's text layer. The answer is
Markdown with a front matter. An unusable answer is requested again, at rising temperatures, and with the image rotated if the
model reports a rotated page. A page that keeps failing falls back to its text layer.
"""
