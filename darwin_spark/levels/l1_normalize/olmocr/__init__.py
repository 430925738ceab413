"""Read pages with a vision-language model, as olmOCR does (https://github.com/allenai/olmocr, arXiv 2502.18443).

A request holds the prompt and one page's image (`longest_side` sets its pixels), without the page's text layer. The answer is
Markdown with a front matter. An unusable answer is requested again, at rising temperatures, and with the image rotated if the
model reports a rotated page. A page that keeps failing falls back to its text layer, if it has one.
"""
