"""Inputs as people write them."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from darwin_spark.pipeline.inputs import InputError, listing, load_manifest, manifest_path, parse, roots
from darwin_spark.storage import uri_reader


def files(spark: SparkSession, *texts: str) -> set[tuple[str, str]]:
    return {
        (row.source, row.source_file)
        for row in listing(spark, [parse(text) for text in texts], load_manifest(spark, None), 1.0).collect()
    }


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / "deep er").mkdir(parents=True)
    for name in ("a.pdf", "_hidden.pdf", "deep er/b #1%.pdf", "deep er/c.txt", "new\nline.md"):
        (folder / name).write_bytes(b"x")
    return folder


def test_a_document_has_the_same_identity_however_it_was_named(spark: SparkSession, papers: Path) -> None:
    assert files(spark, str(papers)) >= {("papers", "a.pdf"), ("papers", "deep er/b #1%.pdf")}
    assert files(spark, str(papers / "a.pdf")) == {("papers", "a.pdf")}
    assert files(spark, f"{papers}/*.pdf") == {("papers", "a.pdf"), ("papers", "_hidden.pdf")}
    assert files(spark, f"{papers}/**/*.pdf") == {
        ("papers", "a.pdf"),
        ("papers", "_hidden.pdf"),
        ("papers", "deep er/b #1%.pdf"),
    }
    assert files(spark, f"mine={papers}/a.pdf") == {("mine", "a.pdf")}


def test_no_file_is_passed_over_for_its_name(spark: SparkSession, papers: Path) -> None:
    assert len(files(spark, str(papers))) == 5
    assert ("papers", "new\nline.md") in files(spark, str(papers))


def test_a_file_named_by_two_inputs_is_listed_once(spark: SparkSession, papers: Path) -> None:
    both = listing(spark, [parse(str(papers)), parse(str(papers / "a.pdf"))], load_manifest(spark, None), 1.0)
    assert both.count() == 5


def test_linked_folders_are_walked_once(spark: SparkSession, papers: Path) -> None:
    (papers / "up").symlink_to(papers)
    elsewhere = papers.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "d.pdf").write_bytes(b"x")
    (papers / "linked").symlink_to(elsewhere)
    assert len(files(spark, str(papers))) == 6
    assert ("papers", "linked/d.pdf") in files(spark, str(papers))


def test_a_file_has_a_new_version_when_the_manifest_says_something_new_of_it(spark: SparkSession, papers: Path) -> None:
    def versions(*lines: str) -> dict[str, str]:
        manifest = papers.parent / "m.csv"
        manifest.write_text("source,source_id,title\n" + "\n".join(lines))
        listed = listing(spark, [parse(str(papers))], load_manifest(spark, str(manifest)), 1.0)
        return {row.source_file: row.version for row in listed.collect()}

    before = versions("papers,a.pdf,Tides", "papers,deep er/c.txt!inside.xml,One", "papers,_hidden.pdf,Same")
    after = versions("papers,a.pdf,Ebbs", "papers,deep er/c.txt!inside.xml,Two", "papers,_hidden.pdf,Same")
    assert {name for name in before if before[name] != after[name]} == {"a.pdf", "deep er/c.txt"}


def test_a_tex_document_is_listed_once_with_its_parts(spark: SparkSession, papers: Path) -> None:
    (papers / "main.tex").write_text(r"\documentclass{article} \input{deep er/part}")
    (papers / "deep er" / "part.tex").write_text("Part.")
    expected = {"main.tex": ["deep er/part.tex"], "a.pdf": None}
    for texts in ([str(papers)], [str(papers / "main.tex"), str(papers)], [f"{papers}/**/*.tex", str(papers / "a.pdf")]):
        rows = listing(spark, [parse(text) for text in texts], load_manifest(spark, None), 1.0).collect()
        parts = {
            row.source_file: row.parts and [uri_reader.path_below(parse(str(papers)).root, p) for p in row.parts]
            for row in rows
        }
        assert expected.items() <= parts.items()
        assert "deep er/part.tex" not in parts


def test_a_list_of_urls_is_listed_url_by_url(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "web.txt").write_text(
        "\ufeff# a list\nhttp://x.org/a?b=c\n\nhttp://x.org/a?b=c\n  https://y.org/ \nfile:///etc/passwd\n"
    )
    rows = listing(spark, [parse(f"urls:{tmp_path}/web.txt")], load_manifest(spark, None), 1.0).collect()
    assert sorted((row.source, row.source_file, row.uri, row.is_url) for row in rows) == [
        ("web", "file:///etc/passwd", "file:///etc/passwd", True),
        ("web", "http://x.org/a?b=c", "http://x.org/a?b=c", True),
        ("web", "https://y.org/", "https://y.org/", True),
    ]
    assert parse(f"mine=urls:{tmp_path}/web.txt").source == "mine"
    with pytest.raises(InputError, match="no such list of URLs"):
        parse("urls:/nowhere.txt")


def test_what_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such file or folder: .*/nowhere"):
        parse(str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match=r"no file matches .*\*\.pdf"):
        parse(str(tmp_path / "*.pdf"))


def test_a_url_is_told_how_to_be_given() -> None:
    with pytest.raises(InputError, match="urls:FILE"):
        parse("https://x.org/a.pdf")


def test_a_pattern_may_be_a_file_address(papers: Path) -> None:
    assert parse(f"file://{papers}/*.pdf") == parse(f"{papers}/*.pdf")


def test_one_name_for_two_folders_is_refused(tmp_path: Path) -> None:
    for name in ("one/papers", "two/papers"):
        (tmp_path / name).mkdir(parents=True)
    first, second = parse(str(tmp_path / "one/papers")), parse(str(tmp_path / "two/papers"))
    with pytest.raises(InputError, match="give one a name of its own"):
        roots([first, second], {})
    with pytest.raises(InputError, match="give one a name of its own"):
        roots([second], {"source.papers": first.root})
    moved = parse(f"papers={tmp_path}/two/papers")
    assert roots([moved], {"source.papers": first.root}) == {"source.papers": second.root}


def test_a_manifest_describes_objects_and_its_other_columns_are_metadata(spark: SparkSession, tmp_path: Path) -> None:
    csv = tmp_path / "m.csv"
    csv.write_text('source,source_id,title,year,url\ns,a.pdf,"Tides, and\nmore",1687,\ns,b.pdf,,,http://x.org/b\n')
    rows = {row.source_id: row for row in load_manifest(spark, str(csv)).collect()}
    assert rows["a.pdf"].title == "Tides, and\nmore"
    assert rows["a.pdf"].metadata == {"year": "1687"}
    assert rows["b.pdf"].metadata == {"url": "http://x.org/b"}
    lines = tmp_path / "m é%20[1].jsonl"
    lines.write_text('{"source": "s", "source_id": "a.pdf", "license": "CC0-1.0", "year": 1687}\n')
    for path in (str(lines), manifest_path(str(lines))):
        (row,) = load_manifest(spark, path).collect()
        assert (row.license, row.metadata) == ("CC0-1.0", {"year": "1687"})


def test_a_manifest_that_cannot_be_used_says_why(spark: SparkSession, tmp_path: Path) -> None:
    wrong, twice = tmp_path / "wrong.csv", tmp_path / "twice.csv"
    wrong.write_text("id,title\n1,T\n")
    twice.write_text("source,source_id\ns,a\ns,a\n")
    for file, message in (
        (wrong, "has no column source, source_id"),
        (twice, "names a more than once"),
        (tmp_path / "no", "is not there"),
    ):
        with pytest.raises(InputError, match=message):
            load_manifest(spark, str(file))


def test_addresses_survive_any_name() -> None:
    for name in ("/a b/c#d%41?e!f", "/ünï/☃", "/new\nline"):
        uri = uri_reader.address(name)
        assert not set("#!? \n") & set(uri)
        assert "/" + uri_reader.path_below("file://", uri) == name
