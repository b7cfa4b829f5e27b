"""The proxy of the fault tests breaks connections in the ways that it names."""

import socket
import threading
import time

import pytest
from proxy import Proxy

from ledger_server import free_port

SOON_S = 0.3  # nothing comes within
LIMIT_S = 10


@pytest.fixture
def echo():
    """A server that sends back what it gets; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(peer):
        with peer:
            try:
                while piece := peer.recv(4096):
                    peer.sendall(piece)
            except OSError:
                return

    def accept():
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=[peer], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


@pytest.fixture
def link(echo):
    proxy = Proxy()
    yield proxy.link(free_port(), echo)
    proxy.close()


@pytest.fixture
def client(link):
    with connect(link) as made:
        assert ask(made, b"hello") == b"hello"
        yield made


def connect(link):
    return socket.create_connection(("127.0.0.1", link.port), timeout=LIMIT_S)


def ask(client, text):
    client.sendall(text)
    return client.recv(4096)


def silent(client):
    client.settimeout(SOON_S)
    try:
        with pytest.raises(TimeoutError):
            client.recv(4096)
    finally:
        client.settimeout(LIMIT_S)


@pytest.mark.parametrize("way", ["up", "down"])
def test_what_is_held_comes_late(link, client, way):
    link.hold(way)
    client.sendall(b"one")
    silent(client)
    link.mend()
    assert client.recv(4096) == b"one"


def test_what_is_held_comes_after_its_sender_has_gone(link, client, echo):
    heard = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy()
    try:
        other = proxy.link(free_port(), heard.getsockname()[1])
        sender = connect(other)
        peer, _ = heard.accept()
        other.hold("up")
        sender.sendall(b"late")
        sender.close()
        other.mend()
        peer.settimeout(LIMIT_S)
        assert peer.recv(4096) == b"late" and peer.recv(4096) == b""
        peer.close()
    finally:
        heard.close()
        proxy.close()


def test_a_delay_is_at_least_as_long(link, client):
    link.delay(100)
    began = time.monotonic()
    assert ask(client, b"one") == b"one"
    assert time.monotonic() - began >= 0.2
    link.mend()
    assert ask(client, b"two") == b"two"


def test_a_cut_resets_what_is_there_and_takes_new_ones(link, client):
    link.cut()
    with pytest.raises(ConnectionResetError):
        client.recv(4096)
    with connect(link) as other:
        assert ask(other, b"one") == b"one"


def test_what_is_forgotten_stays_silent_also_when_mended(link, client):
    link.forget()
    client.sendall(b"one")
    silent(client)
    link.mend()
    silent(client)
    with connect(link) as other:
        assert ask(other, b"two") == b"two"


def test_a_refusal_leaves_what_is_there(link, client):
    link.refuse()
    with pytest.raises(ConnectionRefusedError):
        connect(link)
    assert ask(client, b"one") == b"one"
    link.mend()
    with connect(link) as other:
        assert ask(other, b"two") == b"two"


def test_a_server_that_is_away_resets():
    proxy = Proxy()
    try:
        link = proxy.link(free_port(), free_port())
        with pytest.raises(ConnectionResetError), connect(link) as client:
            client.recv(4096)
    finally:
        proxy.close()
