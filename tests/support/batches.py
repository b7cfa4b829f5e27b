"""Batches of executions as tests send them: lines, one after the other over a socket of our own, and what comes back."""

import json
import socket
import uuid


def line(prompt, **fields):
    """One execution, as JSON text."""
    whole = {"id": str(uuid.uuid4()), "prompt_id": prompt, "version": 1, "provider": "echo", "model": "echo-1", "inputs": {"who": "Ada"}, "status": "completed",
             "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:05.840Z", "output": "Dear Ada", "token_usage": {"input": 120, "output": 42},
             "cost_usd": 0.0042} | fields
    return json.dumps({name: value for name, value in whole.items() if value is not None})


def lines(prompt, count, **fields):
    return [line(prompt, **fields) for _ in range(count)]


def body(texts):
    return "".join(text + "\n" for text in texts).encode()


class Told:
    """An answer to a batch: its results, and the line that sums them up (nothing when it was cut off)."""

    def __init__(self, text):
        whole = [json.loads(each) for each in text.splitlines() if each.endswith("}")]
        self.summary = whole.pop()["summary"] if whole and "summary" in whole[-1] else None
        self.results = whole

    @property
    def statuses(self):
        return [result["status"] for result in self.results]

    def __repr__(self):
        return f"<{len(self.results)} results, {self.results[:3]} …, {self.summary}>"


def send(node, data, key, headers=None, timeout=120):
    """All of it, then the answer, as clients do that read only at the end."""
    answer = node.call("POST", "/api/v1/executions/batch", data, key=key, headers={"Content-Type": "application/x-ndjson"} | (headers or {}), timeout=timeout)
    assert answer.status == 200, answer
    return Told(answer.text)


class Stream:
    """A batch in chunks over one connection, of which a test decides who goes on when."""

    def __init__(self, node, key, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", node.port))
        self.socket.settimeout(60)
        self.unread = b""
        self.text = b""
        self.ended = False
        self.started = False
        self.socket.sendall((f"POST /api/v1/executions/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/x-ndjson\r\n"
                             "Transfer-Encoding: chunked\r\n\r\n").encode())

    def send(self, data):
        self.socket.sendall(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self):
        self.socket.sendall(b"0\r\n\r\n")

    def close(self):
        self.socket.close()

    def _more(self):
        got = self.socket.recv(65536)
        self.ended = self.ended or not got
        self.unread += got
        return bool(got)

    def _until(self, mark):
        while mark not in self.unread:
            if not self._more():
                return None
        found, _, self.unread = self.unread.partition(mark)
        return found

    def head(self):
        self.started = True
        return self._until(b"\r\n\r\n").decode()

    def piece(self):
        """The next chunk; nothing at the end."""
        if not self.started:
            self.head()
        size = self._until(b"\r\n")
        if size is None or int(size, 16) == 0:
            return b""
        while len(self.unread) < int(size, 16) + 2:
            if not self._more():
                return b""
        data, self.unread = self.unread[: int(size, 16)], self.unread[int(size, 16) + 2 :]
        self.text += data
        return data

    def results(self, count):
        """Reads until so many lines have come."""
        while self.text.count(b"\n") < count:
            assert self.piece(), self.text[-1000:]
        return Told(self.text.decode())

    def rest(self):
        while self.piece():
            pass
        return Told(self.text.decode())
