#!/usr/bin/python3
"""Runs Debian's python3-socketio against the demo server named by PARLEY_URL; the exit code tells.

Needs the packages python3-socketio, python3-requests, python3-websocket and python3-aiohttp.
"""

import asyncio
import os
import queue
import unittest

import socketio

URL = os.environ.get("PARLEY_URL", "http://localhost:3000")
PATIENCE = 8
EVENTS = ["connect", "disconnect", "connect_error", "welcome", "echo", "answer", "shout", "announce"]


class Inbox:
    """What arrived in one namespace of one client, by event."""

    def __init__(self, client, namespace):
        self.queues = {event: queue.Queue() for event in EVENTS}
        for event in EVENTS:
            client.on(event, self._keeping(event), namespace=namespace)
        self.answer = ()
        client.on("question", self._asked, namespace=namespace)
        self.questions = queue.Queue()

    def _keeping(self, event):
        return lambda *args: self.queues[event].put(args)

    def _asked(self, *args):
        self.questions.put(args)
        return self.answer

    def next(self, event):
        try:
            return self.queues[event].get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"waited {PATIENCE} s for {event!r}") from None

    def unread(self, event):
        args = []
        while not self.queues[event].empty():
            args.append(self.queues[event].get())
        return args


class Client:
    def __init__(self, transports, namespace="/", auth=None, reconnection=False):
        self.sio = socketio.Client(reconnection=reconnection, reconnection_delay=0.05)
        self.namespace = namespace
        self.inbox = Inbox(self.sio, namespace)
        self.sio.connect(URL, transports=transports, namespaces=[namespace], auth=auth, wait_timeout=PATIENCE)

    def emit(self, event, *args):
        self.sio.emit(event, args, namespace=self.namespace)

    def call(self, event, *args):
        return self.sio.call(event, args, namespace=self.namespace, timeout=PATIENCE)

    def fence(self):
        assert self.call("ack", "fence") == "fence"

    def close(self):
        self.sio.disconnect()


class Checks:
    """What holds over every transport; the subclasses say which."""

    transports = None
    ends = None

    def open(self, **options):
        client = Client(self.transports, **options)
        self.addCleanup(client.close)
        return client

    def assertEchoes(self, client, *args):
        client.emit("echo", *args)
        self.assertEqual(client.inbox.next("echo"), args)

    def test_is_welcomed_on_the_transport_it_asked_for(self):
        client = self.open()
        self.assertEqual(client.inbox.next("welcome"), ({"nsp": "/", "text": "welcome"},))
        me = client.call("whoami")
        self.assertEqual(me, {"id": client.sio.get_sid("/"), "transport": self.ends})

    def test_echoes_text_and_json(self):
        client = self.open()
        self.assertEchoes(client, "hello")
        self.assertEchoes(client, "é — てすと — 👩‍👩‍👧‍👦 🇩🇪 𝒳", {"ключ 🔑": ["значение 💬"]})
        self.assertEchoes(client, {"a": {"b": [{"c": [[], {}, None]}]}}, [1, -2, 0.5, True, False, None], "end")
        self.assertEchoes(client, "0123456789" * 9_000)

    def test_echoes_binary(self):
        client = self.open()
        self.assertEchoes(client, b"\x01\x02\x00\xff")
        self.assertEchoes(client, "before", {"file": {"name": "x", "content": b"\x04"}}, [b"\x05\x06"])
        self.assertEchoes(client, b"", "after an empty one")

    def test_acknowledges_both_ways(self):
        client = self.open()
        self.assertEqual(client.call("ack", 1, "two", {"three": [None]}), (1, "two", {"three": [None]}))
        self.assertEqual(client.call("ack", b"\x09"), b"\x09")
        client.inbox.answer = ("because", b"\x03", None)
        client.emit("ask", "why", {"deep": b"\x01"})
        self.assertEqual(client.inbox.next("answer"), ("because", b"\x03", None))
        self.assertEqual(client.inbox.questions.get(timeout=PATIENCE), ("why", {"deep": b"\x01"}))

    def test_lives_in_a_namespace(self):
        client = self.open(namespace="/chat")
        self.assertEqual(client.inbox.next("welcome"), ({"nsp": "/chat", "text": "welcome"},))
        self.assertEchoes(client, "in the chat")

    def test_is_refused_with_data(self):
        sio = socketio.Client(reconnection=False)
        self.addCleanup(sio.disconnect)
        inbox = Inbox(sio, "/admin")
        with self.assertRaises(socketio.exceptions.ConnectionError):
            # Even when it has been refused, this client waits for as long as it may.
            sio.connect(URL, transports=self.transports, namespaces=["/admin"], wait_timeout=1)
        refusal = {"message": "not authorized", "data": {"hint": "token"}}
        self.assertEqual(inbox.next("connect_error"), (refusal,))
        self.assertEqual(inbox.unread("welcome"), [])

    def test_is_admitted_with_the_token(self):
        client = self.open(namespace="/admin", auth={"token": "secret"})
        self.assertEqual(client.inbox.next("welcome"), ({"nsp": "/admin", "text": "welcome"},))

    def test_meets_others_in_rooms(self):
        speaker, member, outsider = everyone = [self.open() for _ in range(3)]
        room = f"python {self.ends} {id(self)}"
        self.assertEqual(speaker.call("join", room), "joined")
        self.assertEqual(member.call("join", room), "joined")

        def heard(event):
            # The speaker's fence first: the server has then handled what was said, and queued it for the others.
            for client in everyone:
                client.fence()
            return [client.inbox.unread(event) for client in everyone]

        speaker.emit("shout", room, "psst", b"\x01")
        self.assertEqual(heard("shout"), [[], [("psst", b"\x01")], []])
        speaker.emit("announce", room, "hear")
        self.assertEqual(heard("announce"), [[("hear",)], [("hear",)], []])
        self.assertEqual(member.call("leave", room), "left")
        speaker.emit("announce", room, "anybody?")
        self.assertEqual(heard("announce"), [[("anybody?",)], [], []])

    def test_stays_away_when_the_server_disconnects_it(self):
        client = self.open()
        client.emit("kick")
        client.inbox.next("disconnect")

    def test_comes_back_when_the_connection_is_dropped(self):
        client = self.open(reconnection=True)
        client.inbox.next("connect")
        client.emit("drop")
        client.inbox.next("disconnect")
        # Over polling a dropped connection ends with a close packet, which this client takes for the last word.
        if self.ends == "websocket":
            client.inbox.next("connect")
            self.assertEchoes(client, "back again")

    def test_works_with_asyncio(self):
        async def talk():
            client = socketio.AsyncClient(reconnection=False)
            echoed = asyncio.get_running_loop().create_future()
            client.on("echo", lambda *args: echoed.set_result(args))
            await client.connect(URL, transports=self.transports, wait_timeout=PATIENCE)
            await client.emit("echo", ("é 🎉", b"\x01\x02"))
            args = await asyncio.wait_for(echoed, PATIENCE)
            await client.disconnect()
            return args

        self.assertEqual(asyncio.run(talk()), ("é 🎉", b"\x01\x02"))


class OverPolling(Checks, unittest.TestCase):
    transports = ["polling"]
    ends = "polling"


class OverWebSocket(Checks, unittest.TestCase):
    transports = ["websocket"]
    ends = "websocket"


class OverAnUpgrade(Checks, unittest.TestCase):
    transports = None
    ends = "websocket"


if __name__ == "__main__":
    # The client leaves sockets to the garbage collector, and says so.
    unittest.main(verbosity=2, warnings="ignore")
