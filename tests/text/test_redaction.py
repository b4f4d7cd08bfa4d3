from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.redaction import mask

# Put together here, so that no scanner takes this file for a leak.
KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    + "MIIEpAIBAAKCAQEA" * 4
    + "\n"
    + "c2VjcmV0c2VjcmV0" * 4
    + "\n-----END RSA PRIVATE KEY-----"
)


@pytest.mark.parametrize(
    ("text", "secret", "kind"),
    [
        ("PASSWORD=hunter2", "hunter2", "password"),
        ("password: hunter2", "hunter2", "password"),
        ("PASSWORD: swordfish", "swordfish", "password"),
        ('{"password":"hunter2"}', "hunter2", "password"),
        ("mysql --password=geheim -h db", "geheim", "password"),
        ("tool --password hunter2", "hunter2", "password"),
        ("mysql -u root -pgeheim7 -h db shop", "geheim7", "password"),
        ("mysql -h mysql.shop -u root -pgeheim7", "geheim7", "password"),
        ("mysqldump -p'geheim 7' shop", "geheim", "password"),
        ("kubectl exec db-0 -- mariadb-admin -pgeheim7 status", "geheim7", "password"),
        ("redis-cli -h cache -a geheim7 ping", "geheim7", "password"),
        ("sshpass -p geheim7 ssh db-1", "geheim7", "password"),
        ("I think the password is hunter2!", "hunter2", "password"),
        ("the passphrase was `c0rrect-horse`.", "c0rrect-horse", "password"),
        ("ALTER USER x WITH PASSWORD 'foo bar'", "foo bar", "password"),
        ("curl -u admin:s3cr3t https://x", "s3cr3t", "password"),
        ("psql postgres://user:pass@host/db", ":pass@", "password"),
        ("curl --user admin:s3cr3t x", "s3cr3t", "password"),
        ("signing_key = AbCd1234EfGh5678", "AbCd1234", "key"),
        ("export API_TOKEN=abcd1234efgh", "abcd1234efgh", "token"),
        ('"api_key": "AbCd1234EfGh5678"', "AbCd1234EfGh5678", "key"),
        ("aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzKEY", "wJalrXUtnFEMI", "key"),
        ("Authorization: Bearer abcdefghijkl1234567", "abcdefghijkl", "authorization"),
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz", "authorization"),
        (KEY, "MIIE", "private key"),
        ("id AKIA" + "IOSFODNN7ABCDEFG", "IOSFODNN7ABCDEFG", "aws key"),
        ("AccountKey=" + "a1B2" * 22, "a1B2a1B2", "azure key"),
        ("ghp_" + "a1" * 18, "a1a1", "github token"),
        ("github_pat_" + "a1B" * 10, "a1Ba1B", "github token"),
        ("glpat-" + "a1B2" * 5, "a1B2a1B2", "gitlab token"),
        ("eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0" + ".abc_def-123", "abc_def", "jwt"),
        ("a" * 16 + "0" * 16 + "-us12", "aaaa0000", "mailchimp key"),
        ("sk-" + "a1" * 10 + "T3BlbkFJ" + "b2" * 10, "a1a1", "openai key"),
        ("pypi-AgEIcHlwaS5vcmc" + "a" * 80, "aaaa", "pypi token"),
        ("SG." + "a" * 22 + "." + "b" * 43, "aaaa", "sendgrid key"),
        ("xoxb-" + "123456789012-abcdefghijkl", "abcdefghijkl", "slack token"),
        ("sq0csp-" + "a" * 43, "aaaa", "square token"),
        ("sk_live_" + "a1" * 12, "a1a1", "stripe key"),
        ("123456789:" + "A" * 35, "AAAA", "telegram token"),
        ("AC" + "a1" * 16, "a1a1", "twilio key"),
        ("AIza" + "a" * 35, "aaaa", "google key"),
        ("npm_" + "a1" * 18, "a1a1", "npm token"),
        ("M" + "a" * 23 + "." + "b" * 6 + "." + "c" * 27, "bbbbbb", "discord token"),
    ],
)
def test_a_secret_is_masked_and_told(text: str, secret: str, kind: str) -> None:
    masked, found = mask(f"first\n{text}\nlast")
    assert secret not in masked
    assert f"[masked: {kind}]" in masked
    assert [(each.kind, each.line) for each in found] == [(kind, 2)]
    assert masked.count("\n") == text.count("\n") + 2
    assert masked.endswith("\nlast")


@pytest.mark.parametrize(
    "text",
    [
        "commit 83a1a4a0b3f2c1d4e5f60718293a4b5c6d7e8f90",
        "image@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "123e4567-e89b-12d3-a456-426614174000",
        "password=<password>",
        "DB_PASSWORD=$PASSWORD",
        "PGPASSWORD=$(kubectl get secret x -o json)",
        "PASSWORD=example",
        "password: changeme",
        "password: wrong-password",
        "The password: must be changed.",
        "password is required",
        "The password is sha256-hashed, the old password was expired.",
        "secret: prometheus-k8s-tls",
        "secretName: my-secret1234",
        "kubectl get secret db-token-abcde",
        "token=refreshToken",
        "-o custom-columns=SECRET:.metadata.name",
        "mysql -h db -P3306 -u root -p shop",
        "mysql -u root -p<password> shop",
        "mysql -u root -p$MYSQL_PWD; cut -prest",
        'mysql -u root -p"$MYSQL_PWD" shop',
        "MySQL is slow; run tool -payload",
        "redis-cli -h cache -a <password> ping",
        "password_file: /run/secrets/x",
        "auth: true",
        "postgres://user:$PASSWORD@host/db",
        "postgres://user:<password>@host/db",
        "https://user@host/x",
        "AKIAIOSFODNN7EXAMPLE",
        "look for `-----BEGIN PRIVATE KEY-----` in the file",
        "basic authentication, bearer authentication",
        "uses basic auth-proxy settings",
        'annotations: {"kubernetes.io/service-account.name": "x"}',
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == (text, ())


def test_several_in_a_line_are_all_masked() -> None:
    masked, found = mask("--password hunter2 --token abcd1234efgh")
    assert masked == "--password [masked: password] --token [masked: token]"
    assert len(found) == 2


def test_masking_again_changes_nothing() -> None:
    masked, _ = mask(f"PASSWORD=hunter2\n{KEY}\npostgres://u:p4ss@h\nAuthorization: Bearer abcdefghijkl1234567")
    assert mask(masked) == (masked, ())


@pytest.mark.parametrize(
    "piece",
    [
        "eyJ",
        "sk-",
        "://",
        "password",
        "a.",
        "-----BEGIN RSA PRIVATE KEY-----",
        "x: -u ",
        'password="',
        "_authToken=//",
        "token ",
        "mysql -u ",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * (19_000 // len(piece)) + "\n") * 20
    started = time.process_time()
    mask(text)
    assert time.process_time() - started < 3


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(["password", "=", ": ", "'", '"', "a1b2c3d4", "\n", "://", "@", "token", "-u ", "$"]),
        max_size=30,
    ).map("".join)
)
def test_lines_stay_where_they_are(text: str) -> None:
    masked, found = mask(text)
    assert masked.count("\n") == text.count("\n")
    assert all(1 <= each.line <= text.count("\n") + 1 for each in found)
    assert mask(masked)[1] == ()
