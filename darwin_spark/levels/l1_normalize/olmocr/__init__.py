"""Pages read by a vision-language model, in olmOCR's published way (https://github.com/allenai/olmocr, arXiv 2502.18443).

One page a request: its picture, 1,288 pixels on its longest side, under a prompt without the page's text layer. The answer
is Markdown under a front matter; one that cannot be used is asked for again, hotter each time, and turned where the model
says that the page is. A page that keeps failing falls back to its text layer.
"""
