"""Settings: read from outside, named when wrong, and all of them documented."""

import re
from pathlib import Path

import pytest

from app.config import PREFIX, Settings, WrongSetting, load_settings, unknown_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name}".upper(), raising=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("PORT", "0"), ("PORT", "http"), ("TIME_ZONE", "Mars/Base"), ("SETTLE_SECONDS", "-1"), ("LOG_LEVEL", "loud")),
        *(("PUBLIC_URL", "zuruf.firma.example"), ("PUBLIC_URL", "https://"), ("PUBLIC_URL", "zuruf.firma.example:443")),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}{name}", value)
    with pytest.raises(WrongSetting, match=f"{PREFIX}{name}"):
        load_settings()


def test_a_secret_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("geheim\n")
    monkeypatch.setenv("ZURUF_SECRET_KEY_FILE", str(tmp_path / "key"))
    settings = load_settings()
    assert settings.secret_key.get_secret_value() == "geheim"
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize("name", ["GOOGLE", "MICROSOFT", "OTHER"])
def test_the_secret_of_a_sign_in_is_read_from_its_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("geheim\n")
    monkeypatch.setenv(f"ZURUF_OAUTH_{name}_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    settings = load_settings()
    assert getattr(settings, f"oauth_{name.lower()}_client_secret").get_secret_value() == "geheim"
    assert "geheim" not in repr(settings)


def test_a_sign_in_of_ones_own_is_complete_and_speaks_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZURUF_OAUTH_OTHER_CLIENT_ID", "zuruf")
    with pytest.raises(WrongSetting, match="oauth_other_name"):
        load_settings()
    monkeypatch.setenv("ZURUF_OAUTH_OTHER_TOKEN_URL", "http://sign-in.example/token")
    with pytest.raises(WrongSetting, match="ZURUF_OAUTH_OTHER_TOKEN_URL"):
        load_settings()


def test_a_settings_file_stands_beside_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zuruf.env").write_text("ZURUF_PORT=8100\nZURUF_CAP_PER_DAY=2\n")
    monkeypatch.setenv("ZURUF_PORT", "8200")
    settings = load_settings(tmp_path / "zuruf.env")
    assert (settings.port, settings.cap_per_day) == (8200, 2)
    with pytest.raises(WrongSetting, match="does not exist"):
        load_settings(tmp_path / "nowhere.env")


@pytest.mark.parametrize(
    ("host", "public_url", "expected"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("localhost", "http://localhost:8000", True),
        ("0.0.0.0", "", False),  # noqa: S104 - what is tested
        ("127.0.0.1", "https://zuruf.example", False),
    ],
)
def test_published_is_not_loopback_only(host: str, public_url: str, expected: bool) -> None:
    settings = Settings(host=host, public_url=public_url)
    assert settings.loopback_only is expected
    assert settings.private_hosts_allowed is expected


def test_private_hosts_are_decided_by_the_setting_where_it_is_set() -> None:
    assert not Settings(allow_private_hosts=False).private_hosts_allowed
    assert Settings(host="0.0.0.0", allow_private_hosts=True).private_hosts_allowed  # noqa: S104 - what is tested


def test_the_table_in_the_documentation_is_the_class() -> None:
    table = (ROOT / "docs" / "settings.md").read_text()
    rows = re.findall(r"^\| `(ZURUF_\w+)` \| (.*?) \| (.*?) \|$", table, re.MULTILINE)
    documented = {name: description for name, _default, description in rows}
    expected = {f"{PREFIX}{name}".upper(): field.description for name, field in Settings.model_fields.items()}
    assert documented == expected


def test_a_mistyped_name_is_told_with_the_one_that_was_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings"
    file.write_text("ZURUF_RETENTION_DAY=30\nZURUF_HOST=127.0.0.1\n")
    monkeypatch.setenv("ZURUF_PROT", "8001")
    assert unknown_settings(file) == [
        "ZURUF_PROT: there is no such setting; did you mean ZURUF_PORT?",
        "ZURUF_RETENTION_DAY: there is no such setting; did you mean ZURUF_RETENTION_DAYS?",
    ]


def test_names_that_are_right_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZURUF_PORT", "8001")
    monkeypatch.setenv("zuruf_log_level", "info")
    assert unknown_settings() == []
