"""Letters to staff over a real mail server: taken, refused, delayed, dropped, and over TLS."""

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.channels.email import DemoPost, Mail, SmtpPost, configured
from bot.channels.errors import Policy, SendError
from runtime.settings import Settings
from tests.e2e.tree import free_port
from tests.fakes.smtp import Mailbox
from tests.places import MOMENT

PUBLIC = "https://feedback.example.org"
LETTER = Mail(
    "alert.1.x.2", "Jo Guard", "jo@trust.example", "Hearback: words", ".a dot\nfirst\n", MOMENT
)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with Mailbox() as made:
        yield made


def refused(url: str, timeout: float = 2.0) -> tuple[Policy, str]:
    with pytest.raises(SendError) as error:
        SmtpPost(url, PUBLIC, timeout).send(LETTER)
    return error.value.policy, error.value.code


def test_a_letter_arrives_whole(box: Mailbox) -> None:
    SmtpPost(box.url, PUBLIC).send(LETTER)
    (letter,) = box.letters
    assert letter["To"] == "Jo Guard <jo@trust.example>"
    assert letter["From"] == "Hearback <hearback@trust.example>"
    assert letter["Message-ID"] == "<alert.1.x.2@feedback.example.org>"
    assert letter.get_payload().replace("\r\n", "\n") == ".a dot\nfirst\n"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("step", "answer", "policy"),
    [
        ("RCPT", "550 no such person", Policy.GIVE_UP),
        ("RCPT", "451 later", Policy.RETRY),
        ("DATA", "554 we do not like it", Policy.GIVE_UP),
        ("DATA", "452 full", Policy.RETRY),
    ],
)
def test_refusals_by_class(box: Mailbox, step: str, answer: str, policy: Policy) -> None:
    box.answers[step] = answer
    assert refused(box.url) == (policy, answer[:3])
    assert box.letters == []


def test_a_connection_that_drops_after_the_last_byte_is_of_unknown_fate(box: Mailbox) -> None:
    box.answers["DATA"] = "drop"
    assert refused(box.url)[0] is Policy.UNCONFIRMED
    assert len(box.letters) == 1


def test_nobody_listens() -> None:
    assert refused(f"smtp://127.0.0.1:{free_port()}?tls=none")[0] is Policy.RETRY


def test_a_server_that_never_speaks() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}?tls=none"
        assert refused(url, 0.3)[0] is Policy.RETRY


def test_without_tls_nothing_is_said(box: Mailbox) -> None:
    assert refused(box.url.replace("tls=none&", ""))[0] is Policy.MISCONFIGURED
    assert box.letters == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1, and its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1))
        .not_valid_after(dt.datetime(2050, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.crt"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.mark.parametrize("trusted", [True, False])
def test_starttls_with_a_certificate_that_is_known_or_not(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Mailbox(tls_context=context, require_starttls=True) as box:
        url = f"smtp://localhost:{box.port}"
        if trusted:
            SmtpPost(url, PUBLIC).send(LETTER)
        else:
            assert refused(url)[0] is Policy.MISCONFIGURED
        assert len(box.letters) == trusted


def test_which_way_the_settings_describe(given: Settings) -> None:
    assert configured(given) is None
    assert isinstance(configured(given.model_copy(update={"demo": True})), DemoPost)
