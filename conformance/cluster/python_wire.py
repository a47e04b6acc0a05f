#!/usr/bin/python3
"""Holds the messages that Parley writes for python-socketio against the real one; Parley's own tests hold the same table.

Needs the package python3-socketio.
"""

import base64
import json
import pathlib
import unittest

import socketio
from socketio.pubsub_manager import PubSubManager

TABLE = pathlib.Path(__file__).parents[2] / "parley-cluster/src/test/resources/dev/parley/cluster/format/to-python.jsonl"
HOST = "0123456789abcdef0123456789abcdef"


class Bus(PubSubManager):
    """Hears what a test gives it, and keeps what it says."""

    def __init__(self):
        super().__init__()
        self.said = []
        self.heard = []

    def _publish(self, data):
        self.said.append(data)

    def _listen(self):
        return iter(self.heard)

    def hear(self, wire):
        self.heard = [wire]
        self._thread()


class Node:
    """A server whose clients are names only."""

    def __init__(self):
        self.bus = Bus()
        self.server = socketio.Server(client_manager=self.bus, async_mode="threading")
        self.sent = []
        self.server._emit_internal = lambda eio, event, data, namespace, id: self.sent.append((eio, event, data, id))
        self.server._send_packet = lambda eio, packet: None

    def client(self, name, *rooms):
        sid = self.bus.connect(name, "/")
        for room in rooms:
            self.bus.enter_room(sid, "/", room)
        return sid

    def clients_of(self, room):
        return [eio for _, eio in self.bus.get_participants("/", room)]


def arguments(data):
    """As the server hands them to a client."""
    return [] if data is None else list(data) if isinstance(data, tuple) else [data]


def with_bytes(value):
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, list):
        return [with_bytes(each) for each in value]
    if isinstance(value, dict):
        return {key: with_bytes(each) for key, each in value.items()}
    return value


def wire(row):
    return bytes.fromhex(row["wire"]) if row["dialect"] == "5.13" else row["wire"].encode()


class EventsTest(unittest.TestCase):
    def test_every_message_arrives_as_the_table_tells(self):
        for line in TABLE.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            with self.subTest(row["name"]):
                node = Node()
                node.client("ada", "r")
                node.bus.hear(wire(row))
                self.assertEqual([("ada", "e", None)], [(eio, event, id) for eio, event, _, id in node.sent])
                self.assertEqual(row["hears"], with_bytes(arguments(node.sent[0][2])))


class OrdersTest(unittest.TestCase):
    def setUp(self):
        self.node = Node()
        self.ada = self.node.client("ada", "tea")
        self.bob = self.node.client("bob", "tea", "milk")

    def hear(self, **fields):
        self.node.bus.hear(json.dumps({**fields, "namespace": "/", "host_id": HOST}).encode())

    def emit(self, **fields):
        self.hear(**{"method": "emit", "event": "e", "data": 1, "binary": False, "room": None, "skip_sid": None, "callback": None, **fields})
        return sorted(eio for eio, *_ in self.node.sent)

    def test_rooms_and_exceptions(self):
        self.assertEqual(["ada", "bob"], self.emit(room=["tea", "milk"]))
        self.node.sent.clear()
        self.assertEqual(["bob"], self.emit(room="tea", skip_sid=self.ada))
        self.node.sent.clear()
        self.assertEqual([], self.emit(skip_sid=[self.ada, self.bob]))

    def test_an_unknown_field_does_no_harm(self):
        self.assertEqual(["ada", "bob"], self.emit(parley={"flags": {"volatile": True}}))

    def test_a_room_is_closed(self):
        self.hear(method="close_room", room="tea")
        self.assertEqual([], self.node.clients_of("tea"))
        self.assertEqual(["bob"], self.node.clients_of("milk"))

    def test_a_socket_is_disconnected(self):
        self.hear(method="disconnect", sid=self.ada)
        self.assertFalse(self.node.bus.is_connected(self.ada, "/"))
        self.assertTrue(self.node.bus.is_connected(self.bob, "/"))

    def test_an_acknowledgement_goes_back_with_our_id(self):
        self.emit(room=self.ada, callback=[self.ada, "/", "an id of text"])
        (_, _, _, id), = self.node.sent
        self.node.bus.trigger_callback(self.ada, id, ["fine"])
        self.assertEqual(
            [{"method": "callback", "host_id": HOST, "sid": self.ada, "namespace": "/", "id": "an id of text", "args": ("fine",)}],
            self.node.bus.said,
        )

    def test_our_acknowledgement_reaches_the_callback(self):
        got = []
        self.node.bus.emit("e", 1, namespace="/", room="elsewhere", callback=lambda *args: got.append(args))
        host, (room, namespace, id) = self.node.bus.said[0]["host_id"], self.node.bus.said[0]["callback"]
        answer = {"method": "callback", "host_id": host, "sid": room, "namespace": namespace, "id": id, "args": ["fine", 2]}
        self.node.bus.hear(json.dumps(answer).encode())
        self.assertEqual([("fine", 2)], got)

    def test_joining_from_afar_is_not_understood_before_5_10(self):
        self.hear(method="enter_room", sid=self.ada, room="milk")
        self.assertIn(self.node.clients_of("milk"), (["bob"], ["bob", "ada"]))


if __name__ == "__main__":
    unittest.main()
