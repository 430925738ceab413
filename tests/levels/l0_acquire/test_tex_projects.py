"""TeX files become documents: a main file with all that it reads."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_l0 import make_tar, open_all, open_folder, tar_contents, verdicts

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l0 import L0Settings
from darwin_spark.levels.l0_acquire import tex_listing
from darwin_spark.levels.l0_acquire.tex_links import scan
from darwin_spark.levels.l0_acquire.tex_projects import PROJECT, Project, group, member_name, pack
from darwin_spark.storage import uri_reader

PAPER = {
    "paper.tex": rb"\documentclass{local} \usepackage{amsmath,macros} \begin{document} \input{sections/intro}"
    rb" \include{sections/method} % \input{old}" + b"\n" + rb"\bibliography{refs} \end{document}",
    "local.cls": rb"\LoadClass{article} \RequirePackage{../shared/house}",
    "macros.sty": rb"\newcommand{\R}{\mathbb{R}}",
    "sections/intro.tex": rb"Intro. \input deeper ",
    "sections/deeper.tex": b"Deeper.",
    "sections/method.tex": b"Method.",
    "refs.bib": b"@book{a,title={A}}",
    "paper.bbl": b"\\begin{thebibliography}{1}\\end{thebibliography}",
    "old.tex": b"An old section that nobody reads.",
}


def grouped(files: dict[str, bytes]) -> dict[str, tuple[str, ...]]:
    return {project.main: project.parts for project in group({name: scan(content) for name, content in files.items()})}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def by_id(rows: list[Row]) -> dict[str, Row]:
    return {row["source_id"]: row for row in rows}


def test_a_main_file_and_all_that_it_reads_is_one_document() -> None:
    found = grouped(PAPER | {"../shared/house.sty": b""})
    parts = set(PAPER) - {"paper.tex", "old.tex"} | {"../shared/house.sty"}
    assert found == {"paper.tex": tuple(sorted(parts)), "old.tex": ()}


def test_a_part_with_a_class_of_its_own_is_no_document_of_its_own() -> None:
    files = {
        "book/main.tex": rb"\documentclass{book} \subfile{ch/one} \subimport{ch/}{two} \includestandalone[width=1cm]{fig}",
        "book/ch/one.tex": rb"\documentclass[../main]{subfiles} One",
        "book/ch/two.tex": rb"\input{three}",
        "book/ch/three.tex": b"Three",
        "book/fig.tex": rb"\documentclass{standalone} \begin{tikzpicture}",
    }
    assert grouped(files) == {"book/main.tex": ("book/ch/one.tex", "book/ch/three.tex", "book/ch/two.tex", "book/fig.tex")}


def test_an_unused_part_is_grouped_with_the_preamble_of_its_main_file() -> None:
    files = {"main.tex": rb"\documentclass{book}", "ch/one.tex": rb"\documentclass[../main.tex]{subfiles} One"}
    assert grouped(files) == {"main.tex": (), "ch/one.tex": ("main.tex",)}


def test_files_that_read_each_other_make_one_document() -> None:
    files = {"b.tex": rb"\documentclass{article} \input{a}", "a.tex": rb"\documentclass{article} \input{b}"}
    assert grouped(files) == {"a.tex": ("b.tex",)}


def test_a_macro_that_ends_like_a_known_one_counts() -> None:
    files = {"m.tex": rb"\documentclass{book} \olimport[part]{one}", "part/one.tex": rb"\olimport{two}", "part/two.tex": b""}
    assert grouped(files) == {"m.tex": ("part/one.tex", "part/two.tex")}


_names = st.sampled_from(["a", "b", "c/a", "c/b", "c/d/e"])
_bodies = st.lists(_names.map(lambda name: rb"\input{" + name.encode() + b"}")).map(b" ".join)


@given(st.dictionaries(_names.map(lambda name: name + ".tex"), st.tuples(st.booleans(), _bodies)))
def test_every_file_is_in_a_document_and_no_main_file_is_in_another(files: dict[str, tuple[bool, bytes]]) -> None:
    scanned = {name: scan(rb"\documentclass{article}" * main + body) for name, (main, body) in files.items()}
    projects = group(scanned)
    assert {name for project in projects for name in (project.main, *project.parts)} == set(files)
    assert len({project.main for project in projects}) == len(projects)
    assert group(dict(reversed(scanned.items()))) == projects


def test_commands_without_an_end_are_read_in_linear_time() -> None:
    scan(rb"\input[" * 200_000)
    scan(rb"\input" + b" " * 2_000_000)
    scan(b"\\" + b"a" * 2_000_000)


def test_the_tar_of_a_project_is_the_same_for_the_same_files() -> None:
    files = {"p/paper.tex": b"main", "p/b.tex": b"b", "lib/a.sty": b"a"}
    content = pack("p/paper.tex", files)
    assert list(tar_contents(content)) == ["paper.tex", "UP/lib/a.sty", "b.tex"]
    assert content == pack("p/paper.tex", dict(reversed(files.items())))
    assert member_name("../../x/../a.tex") == "UP/UP/a.tex"


def test_a_folder_gives_one_row_for_a_project(tmp_path: Path) -> None:
    write(tmp_path / "in", PAPER | {"figures/plot.txt": b"x", "../shared/house.sty": b"out of reach"})
    rows = by_id(open_folder(tmp_path / "in"))
    assert {name: row["media_type"] for name, row in rows.items()} == {
        "paper.tex": PROJECT,
        "old.tex": "text/x-tex",
        "figures/plot.txt": "text/plain",
    }
    members = tar_contents(rows["paper.tex"]["content"])
    assert members == {name: content for name, content in PAPER.items() if name != "old.tex"}
    assert next(iter(members)) == "paper.tex"


@pytest.mark.parametrize("mode", ["tar", "zip"])
def test_an_archive_gives_the_same_documents_as_the_folder_that_it_packs(tmp_path: Path, mode: str) -> None:
    import shutil

    folder = write(tmp_path / "in", PAPER)
    shutil.make_archive(str(tmp_path / "a"), mode, folder)
    rows = by_id(open_all(tmp_path / f"a.{mode}"))
    expected = by_id(open_folder(folder))
    assert {name.split("!")[1].removeprefix("./"): row["content_sha256"] for name, row in rows.items()} == {
        name: row["content_sha256"] for name, row in expected.items()
    }


def test_a_document_has_a_new_version_if_one_of_its_parts_changes(tmp_path: Path) -> None:
    root = uri_reader.address(str(write(tmp_path, PAPER)))

    def versions() -> dict[str, str]:
        return {uri_reader.path_below(root, file.uri): file.version for file in tex_listing.group(root, [root])}

    before = versions()
    assert versions() == before
    (tmp_path / "sections" / "deeper.tex").write_bytes(b"Deeper and deeper.")
    after = versions()
    assert {name for name in after if after[name] != before[name]} == {"paper.tex"}


def test_a_folder_that_moves_changes_no_document(tmp_path: Path) -> None:
    folder = write(tmp_path / "here" / "papers", PAPER)
    before = [file.version for file in tex_listing.group(uri_reader.address(str(folder)), [uri_reader.address(str(folder))])]
    moved = folder.rename(tmp_path / "there")
    after = [file.version for file in tex_listing.group(uri_reader.address(str(moved)), [uri_reader.address(str(moved))])]
    assert after == before


def test_a_main_file_named_alone_brings_its_parts(tmp_path: Path) -> None:
    root = uri_reader.address(str(write(tmp_path, PAPER)))
    main, part = uri_reader.address(str(tmp_path / "paper.tex")), uri_reader.address(str(tmp_path / "old.tex"))
    assert {file.uri: len(file.parts or []) for file in tex_listing.group(root, [main, part])} == {main: 7, part: 0}
    section = uri_reader.address(str(tmp_path / "sections" / "intro.tex"))
    assert [(file.uri, file.parts) for file in tex_listing.group(root, [section])] == [(section, None)]


def test_a_project_above_the_limit_fails_as_one(tmp_path: Path) -> None:
    write(tmp_path, {"a.tex": rb"\documentclass{a} \input{b}", "b.tex": b"x" * 2_000})
    assert verdicts(open_folder(tmp_path, L0Settings(max_project_bytes=1_000))) == {"a.tex": "object_too_large"}
    archive = make_tar(tmp_path / "a.tar", [("a.tex", rb"\documentclass{a} \input{b}"), ("b.tex", b"x" * 900)], "w")
    assert verdicts(open_all(archive, L0Settings(max_project_bytes=910))) == {"a.tar!a.tex": "object_too_large"}


def test_a_part_that_cannot_be_read_fails_its_document(tmp_path: Path) -> None:
    write(tmp_path, {"a.tex": rb"\documentclass{a} \input{b}"})
    (tmp_path / "b.tex").symlink_to(tmp_path / "gone.tex")
    assert verdicts(open_folder(tmp_path)) == {"a.tex": "unreadable"}


def test_real_projects_are_found(shared: Path) -> None:
    rows = by_id(open_folder(shared / "latex"))
    projects = {name: len(tar_contents(row["content"])) for name, row in rows.items() if row["media_type"] == PROJECT}
    expected = {"sympy-paper/paper.tex": 18, "sympy-paper/supplement.tex": 15}
    expected |= {"hott-book.tar.xz!hott/main.tex": 23, "openlogic.tar.xz!openlogic/content/content.tex": 421}
    assert expected.items() <= projects.items()
    assert rows["whitehead-41568/41568-t/41568-t.tex"]["media_type"] == "text/x-tex"
    assert Project("x").parts == ()


def test_files_that_all_include_each_other_are_grouped_in_bounded_time() -> None:
    names = [f"m{number}.tex" for number in range(60)]
    tangled = {name: rb"\documentclass{article}" + "".join(rf"\input{{{other}}}" for other in names).encode() for name in names}
    assert grouped(tangled) == {"m0.tex": tuple(sorted(names[1:]))}


def test_files_too_entangled_to_group_are_single_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("darwin_spark.levels.l0_acquire.tex_projects._STEPS", 0)
    names = [f"m{number}.tex" for number in range(60)]
    tangled = {name: rb"\documentclass{article}" + "".join(rf"\input{{{other}}}" for other in names).encode() for name in names}
    assert grouped(tangled) == dict.fromkeys(names, ())
    assert grouped(PAPER)["paper.tex"]


def test_parts_of_a_file_that_is_named_alone_are_searched_nearby(tmp_path: Path) -> None:
    write(
        tmp_path, {"main.tex": rb"\documentclass{a}\input{s/one}\input{a/b/c/d/far}", "s/one.tex": b"", "lone.tex": b"Words."}
    )
    write(tmp_path, {"a/b/c/d/far.tex": b"", "s/main.tex": rb"\documentclass{a}\input{one}"})
    root = uri_reader.address(str(tmp_path))

    def parts(name: str) -> dict[str, list[str] | None]:
        listed = tex_listing.group(root, [f"{root}/{name}"])
        return {file.uri.removeprefix(root): file.parts for file in listed}

    assert parts("main.tex") == {"/main.tex": [f"{root}/s/one.tex"]}
    assert parts("s/main.tex") == {"/s/main.tex": [f"{root}/s/one.tex"]}
    assert parts("lone.tex") == {"/lone.tex": None}


ARXIV = {
    "main.tex": rb"\documentclass{own}\begin{document}Text. \includegraphics[width=1cm]{figs/plot} \fig{sketch.pdf}",
    "own.cls": rb"\LoadClass{article}",
    "unread.sty": b"A style that the paper does not read.",
    "plain.bst": b"ENTRY { address }",
    "._main.tex": b"\0\5\x16\7\0\2\0\0Mac OS X        ",
    "main.aux": rb"\relax",
    "00README.XXX": b"main.tex toplevelfile",
    "figs/plot.pdf": b"%PDF-1.4\n",
    "figs/unread.png": b"\x89PNG\r\n\x1a\n",
    "sketch.pdf": b"%PDF-1.4\n",
    "anc/supplement.pdf": b"%PDF-1.4\n",
    "anc/notes.txt": b"Notes.",
}


def test_figures_and_styles_in_the_archive_of_a_paper_are_no_documents(tmp_path: Path) -> None:
    make_tar(tmp_path / "1901.00001.tar", ARXIV.items(), "w")
    rows = by_id(open_all(tmp_path / "1901.00001.tar"))
    kept = {name.split("!")[1] for name, row in rows.items() if row["verdict"] == "kept"}
    others = {row["reason"] for row in rows.values() if row["verdict"] != "kept"}
    assert kept == {"main.tex", "anc/supplement.pdf", "anc/notes.txt"}
    assert others == {"part_of_tex_project"}
    assert len(rows) == len(ARXIV) - 1  # the class is in the paper's document


def test_figures_in_an_archive_without_a_paper_are_documents(tmp_path: Path) -> None:
    make_tar(tmp_path / "a.tar", [(name, ARXIV[name]) for name in ("figs/plot.pdf", "figs/unread.png", "plain.bst")], "w")
    assert {row["verdict"] for row in open_all(tmp_path / "a.tar")} == {"kept"}
