"""The way out: public addresses only, however they are spelled; bounded in time and size; no redirect unchecked."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from daftar.kernel import egress
from daftar.kernel.errors import OutsideFailure

INSIDE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "localhost", "LOCALHOST.", "0", "0.0.0.0",
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255",
    "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "fe80::1", "fe80::1%lo", "fc00::1", "fd12::1", "fec0::1", "ff02::1",
    "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1", "192.88.99.1", "240.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_no_spelling_of_an_inner_address_is_let_through(settings, host):
    settings.ALLOWED_HOSTS_OUT = []

    with pytest.raises((egress.ForbiddenHost, OutsideFailure)):
        egress.check_host(host, 80)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_let_through(address):
    assert egress.is_public(ipaddress.ip_address(address))


def resolving(monkeypatch, **names):
    """Names answer with these addresses, one list a lookup."""
    asked = {name.replace("_", "."): list(answers) for name, answers in names.items()}
    real = socket.getaddrinfo

    def answer(name, port, *args, **kwargs):
        if name not in asked:
            return real(name, port, *args, **kwargs)
        addresses = asked[name].pop(0) if len(asked[name]) > 1 else asked[name][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_one_inner_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    resolving(monkeypatch, two_example=[["8.8.8.8", "127.0.0.1"]])

    with pytest.raises(egress.ForbiddenHost):
        egress.check_host("two.example", 443)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "file:///etc/passwd", "gopher://a.example", "//a.example", "a.example", "", "http://", "http:///x",
        "http://user:word@a.example/", "http://user@a.example", "javascript:alert(1)", "http://a.example:0/", "http://" + "a" * 5000,
        "http://[::1", "http://a b/", "http://a.example\\@127.0.0.1/", "http://127.0.0.1#@a.example/", "http://①②⑦.⓪.⓪.①/", "http://0x7f.1/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(settings, url):
    settings.ALLOWED_HOSTS_OUT = []

    with pytest.raises((egress.ForbiddenHost, OutsideFailure)):
        egress.fetch(url, seconds=2)


# -- against a real server -----------------------------------------------------------------------------


class Shop(BaseHTTPRequestHandler):
    seen = []

    def do_GET(self):
        type(self).seen.append((self.command, self.path, dict(self.headers)))
        action = getattr(self, self.path.strip("/").partition("/")[0] or "ok")
        action()

    do_POST = do_GET

    def log_message(self, *words):
        pass

    def send(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def ok(self):
        self.send(200, b"hello")

    def long(self):
        self.send(200, b"x" * 200_000)

    def packed(self):
        self.send(200, b"x", Content_Encoding="gzip")

    def inside(self):
        self.send(302, Location="http://169.254.169.254/latest/meta-data")

    def once(self):
        self.send(302, Location="/ok")

    def elsewhere(self):
        self.send(302, Location=f"http://other.example:{self.server.server_port}/ok")

    def round(self):
        self.send(302, Location="/round")

    def slow(self):
        self.send_response(200)
        self.end_headers()
        for _n in range(100):
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.1)

    def slow_head(self):
        for _n in range(100):
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" if _n == 0 else b"X-A: b\r\n")
            self.wfile.flush()
            time.sleep(0.1)


@pytest.fixture
def shop(settings, monkeypatch):
    """A server on this machine, called shop.example and other.example, which the administrator allowed."""
    Shop.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    resolving(monkeypatch, shop_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
    settings.ALLOWED_HOSTS_OUT = ["shop.example", f"other.example:{server.server_port}"]
    yield f"http://shop.example:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_allowed_inner_host_answers_under_its_own_name(shop):
    answer = egress.fetch(f"{shop}/ok", headers={"X-Why": "test"})

    assert (answer.status, answer.content) == (200, b"hello")
    assert Shop.seen[0][2]["Host"] == shop.removeprefix("http://")
    assert Shop.seen[0][2]["X-Why"] == "test"


def test_an_inner_host_that_nobody_allowed_does_not(shop, settings):
    settings.ALLOWED_HOSTS_OUT = []

    with pytest.raises(egress.ForbiddenHost):
        egress.fetch(f"{shop}/ok")
    assert Shop.seen == []


def test_a_name_is_looked_up_once_so_that_it_cannot_turn_round(shop, monkeypatch, settings):
    settings.ALLOWED_HOSTS_OUT = []
    port = shop.rpartition(":")[2]
    resolving(monkeypatch, turning_example=[["203.0.113.9"], ["127.0.0.1"]])
    monkeypatch.setattr(egress, "is_public", lambda address: str(address) == "203.0.113.9")

    with pytest.raises(OutsideFailure):
        egress.fetch(f"http://turning.example:{port}/ok", seconds=0.5)
    assert Shop.seen == []


def test_redirects_are_followed_only_when_asked_and_checked_each(shop):
    assert egress.fetch(f"{shop}/once").status == 302
    assert egress.fetch(f"{shop}/once", redirects=1).content == b"hello"
    with pytest.raises(egress.ForbiddenHost):
        egress.fetch(f"{shop}/inside", redirects=3)
    with pytest.raises(OutsideFailure):
        egress.fetch(f"{shop}/round", redirects=3)


def test_keys_stay_with_the_host_that_they_were_for(shop):
    egress.fetch(f"{shop}/elsewhere", headers={"Authorization": "Bearer secret", "X-Why": "test"}, redirects=1)

    assert Shop.seen[0][2]["Authorization"] == "Bearer secret"
    assert "Authorization" not in Shop.seen[1][2] and Shop.seen[1][2]["X-Why"] == "test"


def test_a_sent_form_becomes_a_question_after_a_redirect(shop):
    egress.fetch(f"{shop}/once", method="POST", content=b"a=b", redirects=1)

    assert [call[0] for call in Shop.seen] == ["POST", "GET"]


@pytest.mark.parametrize("path", ["slow", "slow_head"])
def test_all_together_takes_no_longer_than_allowed(shop, path):
    began = time.monotonic()
    with pytest.raises(OutsideFailure):
        egress.fetch(f"{shop}/{path}", seconds=0.5)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("path", ["long", "packed"])
def test_what_is_too_long_or_packed_is_refused(shop, path):
    with pytest.raises(OutsideFailure):
        egress.fetch(f"{shop}/{path}", most_bytes=100_000)


def test_the_environment_does_not_steer_us(shop, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert egress.fetch(f"{shop}/ok").status == 200


def test_a_header_cannot_begin_a_second_one(shop):
    with pytest.raises(OutsideFailure):
        egress.fetch(f"{shop}/ok", headers={"X-A": "b\r\nX-Evil: c"})
    assert Shop.seen == []


def test_tls_keeps_the_name_and_checks_the_certificate(settings, monkeypatch, tmp_path):
    certificate = own_certificate(tmp_path, "shop.example")
    heard = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: heard.append(name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    resolving(monkeypatch, shop_example=[["127.0.0.1"]], wrong_example=[["127.0.0.1"]])
    settings.ALLOWED_HOSTS_OUT = ["shop.example", "wrong.example"]
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(egress, "tls", lambda: trusting)
    try:
        assert egress.fetch(f"https://shop.example:{server.server_port}/ok").content == b"hello"
        with pytest.raises(OutsideFailure):
            egress.fetch(f"https://wrong.example:{server.server_port}/ok")
    finally:
        server.shutdown()
        server.server_close()

    assert heard == ["shop.example", "wrong.example"]


def own_certificate(folder, name):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
