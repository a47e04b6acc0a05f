#!/usr/bin/python3
"""One cluster of a Parley node and a node of Debian's python3-socketio, on each broker that Python uses.

Parley is started with PARLEY_SERVER_CMD, by default bin/conformance-server. Needs the packages python3-socketio,
python3-requests, python3-redis, python3-kombu, redis-server and rabbitmq-server.
"""

import json
import os
import pathlib
import queue
import subprocess
import sys
import time
import unittest

import socketio

from brokers import RabbitMq, Redis

HERE = pathlib.Path(__file__).parent
PARLEY = os.environ.get("PARLEY_SERVER_CMD", str(HERE / "../../bin/conformance-server"))
NODE = str(HERE / "python_node.py")
PATIENCE = 15


def eventually(what, condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"did not come true within {PATIENCE} s: {what}")
        time.sleep(0.02)


class Program:
    """A server that says where it listens."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if line.startswith("listening on "):
                self.url = f"http://127.0.0.1:{int(line.split()[-1])}"
                return
        raise AssertionError(f"{command[0]} ended with {self.process.wait()} before it was ready")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Client:
    """What arrived, by event; asked for something, it answers what the test has given it."""

    def __init__(self, url, *rooms):
        self.inbox = {}
        self.answer = None
        self.sio = socketio.Client(reconnection=False)
        self.sio.on("*", self._put)
        self.sio.on("how", self._asked)
        self.sio.connect(url, transports=["polling"], wait_timeout=PATIENCE)
        self.id = self.sio.get_sid()
        if rooms:
            self.call("join", list(rooms))

    def _put(self, event, *args):
        self._queue(event).put(list(args))

    def _asked(self, *args):
        self._put("how", *args)
        return self.answer

    def _queue(self, event):
        return self.inbox.setdefault(event, queue.Queue())

    def next(self, event):
        try:
            return self._queue(event).get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"waited {PATIENCE} s for {event!r}") from None

    def unread(self, event):
        inbox, args = self._queue(event), []
        while not inbox.empty():
            args.append(inbox.get())
        return args

    def call(self, action, *args):
        """Returns when it was done: Python does what clients ask for on threads, in any order."""
        return self.sio.call(action, args, timeout=PATIENCE)

    def connected(self):
        return "/" in self.sio.namespaces


class Cluster:
    """The same tests on each broker; a mixin, so that it is not run itself."""

    @classmethod
    def setUpClass(cls):
        cls.broker, cls.programs = cls.make_broker(), []
        try:
            python = Program(sys.executable, NODE, "serve", cls.manager, cls.broker.url + cls.database)
            cls.programs.append(python)
            parley = Program(PARLEY, "cluster", "0", f"{cls.broker.url}{cls.database}?{cls.options}&dialect=5.13")
            cls.programs.append(parley)
            cls.python_url, cls.parley_url = python.url, parley.url
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        for program in cls.programs:
            program.stop()
        cls.broker.stop()

    def setUp(self):
        self.clients = []
        self.at_python = self.client(self.python_url)
        self.at_parley = self.client(self.parley_url)
        self.fence(self.at_python, {}, self.at_parley)
        self.fence(self.at_parley, {}, self.at_python)

    def tearDown(self):
        for client in self.clients:
            client.sio.disconnect()

    def client(self, url, *rooms):
        client = Client(url, *rooms)
        self.clients.append(client)
        return client

    def fence(self, sender, choice, *receivers):
        """After this, all that was emitted before has come to them, or does not come."""
        for receiver in receivers:
            receiver.unread("done")
        mark = f"{time.monotonic()}"

        def through():
            sender.call("emit", choice, "done", mark)
            time.sleep(0.05)
            return all([mark] in receiver.unread("done") for receiver in waiting)

        waiting = list(receivers)
        eventually("each hears the other", through)

    def directions(self):
        """Who speaks, as what, and who listens."""
        for choice in ({}, {"from": "emitter"}):
            yield self.at_python, choice, self.at_parley
            yield self.at_parley, choice, self.at_python

    def test_arguments_of_every_kind_arrive_once(self):
        for sender, choice, receiver in self.directions():
            for args in (
                [{"a": [1, -2.5, None, True], "ä": "漢😀\"\\"}],
                ["one", 2, {"three": 3}],
                [[1, [2]]],
                [b"\x00\x01\xff"],
                ["name", {"deep": [b"\x01", b""]}],
                [],
            ):
                with self.subTest(sender=sender.sio.connection_url, choice=choice, args=args):
                    sender.call("emit", choice, "news", *args)
                    for client in (sender, receiver):
                        self.assertEqual(args, client.next("news"))
            self.fence(sender, choice, sender, receiver)
            self.assertEqual([[], []], [client.unread("news") for client in (sender, receiver)])

    def test_rooms_and_exceptions_hold(self):
        for sender, choice, receiver in self.directions():
            with self.subTest(sender=sender.sio.connection_url, choice=choice):
                url = receiver.sio.connection_url
                tea, milk = self.client(url, "tea"), self.client(url, "milk")
                both, none = self.client(url, "tea", "milk"), self.client(url)
                all = [tea, milk, both, none]
                sender.call("emit", {**choice, "rooms": ["tea"]}, "one")
                sender.call("emit", {**choice, "rooms": ["tea", "milk"]}, "two")
                sender.call("emit", {**choice, "rooms": ["tea"], "except": [both.id]}, "less one")
                sender.call("emit", {**choice, "except": [tea.id, both.id]}, "less two")
                sender.call("emit", {**choice, "rooms": [milk.id]}, "to a socket")
                self.fence(sender, choice, *all)
                heard = lambda event: [len(client.unread(event)) for client in all]
                self.assertEqual([1, 0, 1, 0], heard("one"))
                self.assertEqual([1, 1, 1, 0], heard("two"))
                self.assertEqual([1, 0, 0, 0], heard("less one"))
                self.assertEqual([0, 1, 0, 1], heard("less two"))
                self.assertEqual([0, 1, 0, 0], heard("to a socket"))

    def test_a_client_of_parley_acknowledges_to_python(self):
        for answer, values in (("fine", ["fine"]), (("a", 2), ["a", 2]), ({"b": b"\x01"}, [{"b": b"\x01"}])):
            self.at_parley.answer = answer
            self.assertEqual({"values": values}, self.at_python.call("remote", self.at_parley.id, "ask", "how", "now"))
            self.assertEqual(["now"], self.at_parley.next("how"))

    def test_a_client_of_python_acknowledges_to_parley(self):
        for answer in ("fine", {"b": b"\x01"}, ["a", 2]):
            for choice in ({}, {"from": "asking emitter"}):
                self.at_python.answer = answer
                report = self.at_parley.call("ask", {**choice, "rooms": [self.at_python.id], "timeout": 10_000}, "how", "now")
                self.assertEqual({"answers": [answer], "complete": True}, report)
                self.assertEqual(["now"], self.at_python.next("how"))

    def test_rooms_are_closed_everywhere(self):
        for sender, receiver in ((self.at_python, self.at_parley), (self.at_parley, self.at_python)):
            member = self.client(receiver.sio.connection_url, "to close", "to keep")
            if sender is self.at_python:
                sender.call("close room", "to close")
            else:
                sender.call("sockets leave", {"rooms": ["to close"]}, ["to close"])
            self.fence(sender, {}, member)
            # Python closes a room on a thread of its own: try until nothing comes.
            def closed():
                sender.call("emit", {"rooms": ["to close"]}, "still here")
                self.fence(sender, {"rooms": ["to keep"]}, member)
                return not member.unread("still here")

            eventually("the room is closed", closed)

    def test_a_socket_of_the_other_node_is_disconnected(self):
        victim = self.client(self.parley_url)
        self.at_python.call("remote", victim.id, "disconnect")
        eventually("Parley's client is gone", lambda: not victim.connected())
        victim = self.client(self.python_url)
        self.at_parley.call("disconnect sockets", {"rooms": [victim.id]}, False)
        eventually("Python's client is gone", lambda: not victim.connected())
        self.fence(self.at_python, {}, self.at_parley)

    def test_a_process_without_clients_reaches_both(self):
        line = json.dumps({"event": "news", "args": [{"a": 1}], "rooms": None}) + "\n"
        command = [sys.executable, NODE, "emit", self.manager, self.broker.url + self.database]
        subprocess.run(command, input=line, text=True, check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL)
        self.assertEqual([{"a": 1}], self.at_parley.next("news"))
        self.assertEqual([{"a": 1}], self.at_python.next("news"))


class RedisManagerTest(Cluster, unittest.TestCase):
    make_broker, manager, database, options = Redis, "redis", "", "format=python"


class KombuOnRedisTest(Cluster, unittest.TestCase):
    make_broker, manager, database, options = Redis, "kombu", "/0", "format=kombu"


class KombuOnRabbitMqTest(Cluster, unittest.TestCase):
    make_broker, manager, database, options = RabbitMq, "kombu", "", "format=python"


if __name__ == "__main__":
    unittest.main(warnings="ignore")  # The client leaves its sockets to the collector.
