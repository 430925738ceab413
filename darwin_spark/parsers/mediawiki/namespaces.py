"""Recognise links to files, categories and other languages, by the names of these namespaces in the largest wikis."""

import re

_FILES = frozenset({
    "file", "image", "datei", "bild", "fichier", "archivo", "imagen", "ficheiro", "imagem", "immagine", "bestand",
    "afbeelding", "plik", "grafika", "fil", "файл", "изображение", "soubor", "súbor", "fájl", "kép", "tiedosto", "fișier",
    "imagine", "slika", "датотека", "dosya", "tập_tin", "ملف", "پرونده", "תמונה", "קובץ",
    "ファイル", "画像", "文件", "檔案", "图像",
    "圖像", "파일", "그림", "ไฟล์", "चित्र", "berkas", "gambar", "media",
})  # fmt: skip
_CATEGORIES = frozenset({
    "category", "kategorie", "catégorie", "categoría", "categoria", "categorie", "kategoria", "kategori", "категория",
    "kategória", "luokka", "kategorija", "категорија", "категорія", "kategoriji", "thể_loại", "تصنيف", "رده", "קטגוריה",
    "カテゴリ", "分类", "分類", "분류", "หมวดหมู่", "श्रेणी",
})  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,8})?")


def is_file(title: str) -> bool:
    """Return whether a link shows a file, such as an image."""
    return _prefix(title) in _FILES


def is_invisible(title: str) -> bool:
    """Return whether a link shows nothing at its place: to a category or to the same page in another language."""
    prefix = _prefix(title)
    return prefix in _CATEGORIES or _LANGUAGE.fullmatch(prefix) is not None


def _prefix(title: str) -> str:
    """Return the part of a title before its colon in lower case; '' if it has none, or begins with one (a visible link)."""
    name, colon, _ = title.strip().partition(":")
    return name.strip().lower().replace(" ", "_") if colon else ""
