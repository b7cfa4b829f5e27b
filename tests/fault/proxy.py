"""TCP connections that can be broken: links on loopback, each from a port of its own to a server, all in one process.

    link = Proxy().link(23001, 5432)
    link.hold("up")      what clients send stays here; "down" is what servers send
    link.delay(200)      each piece comes so many milliseconds later, both ways
    link.cut()           every connection is reset; new ones are welcome
    link.forget()        every connection is dead from now on, and neither side is told; new ones are welcome
    link.refuse()        nobody listens any more; connections that are there go on
    link.mend()          as at first. What was held goes on its way, so it comes late, perhaps after its sender has gone.
"""

import asyncio
import json
import pathlib
import socket
import struct
import subprocess
import sys
import threading

ANSWER_LIMIT_S = 10
PIECE_BYTES = 65536
FORGOTTEN_S = 90  # a server has only so many places for connections
WAYS = ("up", "down")


class Proxy:
    """The process, as its user sees it. Threads may share it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-B", pathlib.Path(__file__).resolve()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def link(self, port, target):
        self.order(port, "open", target)
        return Link(self, port)

    def order(self, port, verb, argument=None):
        with self._lock:
            self._process.stdin.write(json.dumps([port, verb, argument]) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        assert answer == "done\n", f"the proxy says {answer!r} to {verb} {port}"

    def close(self):
        self._process.stdin.close()
        self._process.wait(ANSWER_LIMIT_S)


class Link:
    """One port of the proxy."""

    def __init__(self, proxy, port):
        self._proxy, self.port = proxy, port

    def hold(self, way):
        self._proxy.order(self.port, "hold", way)

    def delay(self, milliseconds):
        self._proxy.order(self.port, "delay", milliseconds)

    def cut(self):
        self._proxy.order(self.port, "cut")

    def forget(self):
        self._proxy.order(self.port, "forget")

    def refuse(self):
        self._proxy.order(self.port, "refuse")

    def mend(self):
        self._proxy.order(self.port, "mend")


class Way:
    """One direction of a link: what passes it, and when."""

    def __init__(self):
        self.open = asyncio.Event()
        self.open.set()
        self.delay_s = 0.0

    async def pass_by(self, came_at):
        late_s = came_at + self.delay_s - asyncio.get_running_loop().time()
        if late_s > 0:
            await asyncio.sleep(late_s)
        await self.open.wait()


class Connection:
    """A client's connection and ours to the server."""

    def __init__(self, ways, client, server):
        self._sides = (client, server)
        (self._client_in, self._client_out), (self._server_in, self._server_out) = client, server
        self._ways = ways
        self._tasks = []

    async def run(self):
        """Until both directions have ended."""
        self._tasks = [
            asyncio.create_task(self._carry(self._ways["up"], self._client_in, self._server_out)),
            asyncio.create_task(self._carry(self._ways["down"], self._server_in, self._client_out)),
        ]
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, way, source, sink):
        """Reads on while earlier pieces are on their way, as a wire does, but holds only so many."""
        pieces = asyncio.Queue(maxsize=64)
        deliver = asyncio.create_task(self._deliver(way, pieces, sink))
        clock = asyncio.get_running_loop()
        try:
            while piece := await source.read(PIECE_BYTES):
                await pieces.put((clock.time(), piece))
            await pieces.put((clock.time(), b""))
            await deliver
        except ConnectionError:
            self.reset()
        finally:
            deliver.cancel()

    async def _deliver(self, way, pieces, sink):
        try:
            while True:
                came_at, piece = await pieces.get()
                await way.pass_by(came_at)
                if not piece:
                    sink.write_eof()
                    return
                sink.write(piece)
                await sink.drain()
        except (ConnectionError, OSError):
            self.reset()

    def forget(self):
        """Both sockets stay open, and nothing passes any more."""
        for task in self._tasks:
            task.cancel()

    def reset(self):
        for _, writer in self._sides:
            reset(writer)

    def close(self):
        for _, writer in self._sides:
            writer.close()


def reset(writer):
    if not writer.transport.is_closing():
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Gate:
    """One link, where it works."""

    def __init__(self, port, target):
        self._port, self._target = port, target
        self._ways = {way: Way() for way in WAYS}
        self._connections = set()
        self._listener = None

    async def open(self):
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", self._port, limit=PIECE_BYTES)

    async def _accept(self, client_in, client_out):
        try:
            server = await asyncio.open_connection("127.0.0.1", self._target, limit=PIECE_BYTES)
        except OSError:
            reset(client_out)
            return
        connection = Connection(self._ways, (client_in, client_out), server)
        self._connections.add(connection)
        await connection.run()
        if connection in self._connections:
            self._connections.discard(connection)
            connection.close()

    async def hold(self, way):
        self._ways[way].open.clear()

    async def delay(self, milliseconds):
        for way in self._ways.values():
            way.delay_s = milliseconds / 1000

    async def cut(self):
        for connection in list(self._connections):
            connection.reset()

    async def forget(self):
        for connection in list(self._connections):
            self._connections.discard(connection)
            connection.forget()
            asyncio.get_running_loop().call_later(FORGOTTEN_S, connection.reset)

    async def refuse(self):
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    async def mend(self):
        for way in self._ways.values():
            way.delay_s = 0.0
            way.open.set()
        if self._listener is None:
            await self.open()


async def obey():
    """One order a line, [port, verb, argument], answered "done"; the end of the input ends the process."""
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    gates = {}
    while line := await orders.readline():
        port, verb, argument = json.loads(line)
        if verb == "open":
            gates[port] = Gate(port, argument)
        await getattr(gates[port], verb)(*([] if argument is None or verb == "open" else [argument]))
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(obey())
