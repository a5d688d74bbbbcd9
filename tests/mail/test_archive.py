"""Mail on disk in its four shapes, and what stands beside it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.mail.archive import ArchivedMessage, NotAnArchive, UnreadableFile, count_archive, read_archive
from tests.mails import FOLDER

SEPARATOR = b"From jonas@keller-maschinen.example Mon May  6 09:30:00 2024\n"


def letter(subject: str, text: str = "Text\n") -> bytes:
    return f"From: jonas@keller-maschinen.example\nSubject: {subject}\n\n{text}".encode()


def write_mbox(path: Path, *letters: bytes, separator: bytes = SEPARATOR) -> Path:
    path.write_bytes(b"".join(separator + one + b"\n" for one in letters))
    return path


def write_maildir(path: Path, *names: str) -> Path:
    for part in ("cur", "new", "tmp"):
        (path / part).mkdir(parents=True)
    for name in names:
        (path / name).write_bytes(letter(name))
    return path


@contextmanager
def as_anyone() -> Iterator[None]:
    """Root may read every file, so root becomes nobody for a moment."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def read_subjects(path: Path) -> list[str]:
    found = [one.message.subject for one in read_archive(path) if isinstance(one, ArchivedMessage)]
    assert count_archive(path) == len(found)
    return found


def test_an_mbox_is_read_message_by_message(tmp_path: Path) -> None:
    path = write_mbox(tmp_path / "Sent", letter("one"), letter("two"), letter("three"))
    assert read_subjects(path) == ["one", "two", "three"]
    assert [one.number for one in read_archive(path) if isinstance(one, ArchivedMessage)] == [1, 2, 3]


def test_from_at_the_start_of_a_text_line_does_not_split_a_message(tmp_path: Path) -> None:
    text = "Film:\n\nFrom Russia with love\nYear: 1963\n\n>From now on\n\nFrom 2024 on\nwe sell\n"
    path = write_mbox(tmp_path / "Sent", letter("one", text), letter("two"))
    assert read_subjects(path) == ["one", "two"]
    first = next(iter(read_archive(path)))
    assert isinstance(first, ArchivedMessage)
    assert first.message.text == text.replace(">From", "From").strip()


@pytest.mark.parametrize(
    "separator", [b"From - Mon May 06 09:30:00 2024\r\n", b"From -\n", b"From 17@xxx 2024-05-06\n"]
)
def test_the_separators_of_other_programs_are_known(tmp_path: Path, separator: bytes) -> None:
    path = write_mbox(tmp_path / "Sent", letter("one"), letter("two"), separator=separator)
    assert read_subjects(path) == ["one", "two"]


def test_an_mbox_with_returns_is_split(tmp_path: Path) -> None:
    path = tmp_path / "Sent"
    path.write_bytes(2 * (SEPARATOR + letter("one") + b"\n").replace(b"\n", b"\r\n"))
    assert read_subjects(path) == ["one", "one"]


def test_the_first_message_of_an_mbox_is_given_before_the_last_is_read(tmp_path: Path) -> None:
    path = write_mbox(tmp_path / "Sent", letter("one"), letter("two", "text\n" * 100_000), letter("three"))
    messages = read_archive(path)
    next(messages)
    path.write_bytes(b"")
    assert len(list(messages)) == 1


def test_a_line_longer_than_the_reading_step_keeps_messages_apart(tmp_path: Path) -> None:
    path = write_mbox(tmp_path / "Sent", letter("one", "a" * 200_000 + "\n"), letter("two"))
    assert read_subjects(path) == ["one", "two"]


def test_an_empty_file_is_an_mbox_without_messages(tmp_path: Path) -> None:
    (tmp_path / "Sent").touch()
    assert read_subjects(tmp_path / "Sent") == []


def test_an_export_of_apple_mail_is_read(tmp_path: Path) -> None:
    (tmp_path / "Sent.mbox").mkdir()
    write_mbox(tmp_path / "Sent.mbox" / "mbox", letter("one"))
    assert read_subjects(tmp_path / "Sent.mbox") == ["one"]


def test_a_maildir_with_nested_folders_is_read(tmp_path: Path) -> None:
    path = write_maildir(tmp_path / "mail", "cur/a:2,S", "new/b", "tmp/unfinished")
    write_maildir(path / ".Gesendet", "cur/c:2,S", "cur/.hidden")
    (path / "dovecot.index").write_bytes(b"\0")
    assert sorted(read_subjects(path)) == ["cur/a:2,S", "cur/c:2,S", "new/b"]


def test_an_empty_maildir_is_no_error(tmp_path: Path) -> None:
    assert read_subjects(write_maildir(tmp_path / "mail")) == []


def test_a_folder_of_eml_files_is_read_with_its_subfolders(tmp_path: Path) -> None:
    (tmp_path / "2024").mkdir()
    for name in ("b.eml", "a.EML", "2024/c.eml", "readme.txt"):
        (tmp_path / name).write_bytes(letter(name))
    assert read_subjects(tmp_path) == ["a.EML", "b.eml", "2024/c.eml"]


def test_the_examples_of_the_tests_are_a_folder() -> None:
    assert len(read_subjects(FOLDER)) == len(list(FOLDER.glob("*.eml")))


@pytest.mark.parametrize("name", ["one.eml", "one"])
def test_a_single_message_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(letter("one"))
    assert read_subjects(tmp_path / name) == ["one"]


def test_an_unreadable_file_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.eml")
    (tmp_path / "b.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "c.eml").write_bytes(letter("c"))
    (tmp_path / "d.eml").symlink_to(tmp_path / "d.eml")
    assert count_archive(tmp_path) == 4
    found = list(read_archive(tmp_path))
    assert [one.reason for one in found if isinstance(one, UnreadableFile)] == ["not_a_file", "missing", "unreadable"]
    assert isinstance(found[2], ArchivedMessage)


def test_a_forbidden_file_is_told() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "a.eml").touch(mode=0o000)
        with as_anyone():
            assert list(read_archive(folder)) == [UnreadableFile(folder / "a.eml", "forbidden")]


def test_a_forbidden_archive_is_refused() -> None:
    with TemporaryDirectory() as name:
        path = Path(name) / "Sent"
        path.touch(mode=0o000)
        with as_anyone(), pytest.raises(NotAnArchive, match="archive_forbidden"):
            read_archive(path)


@pytest.mark.parametrize(
    ("content", "code"), [(None, "archive_missing"), (b"PK\3\4zip", "archive_unknown"), (b"\n", "archive_unknown")]
)
def test_what_is_no_archive_is_refused_at_once(tmp_path: Path, content: bytes | None, code: str) -> None:
    path = tmp_path / "Sent"
    if content is not None:
        path.write_bytes(content)
    for use in (read_archive, count_archive):
        with pytest.raises(NotAnArchive) as refused:
            use(path)
        assert refused.value.code == code


def test_a_folder_without_mail_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(letter("one"))
    with pytest.raises(NotAnArchive):
        read_archive(tmp_path)


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Sent")
    with pytest.raises(NotAnArchive):
        read_archive(tmp_path / "Sent")
