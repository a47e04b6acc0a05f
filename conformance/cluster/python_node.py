#!/usr/bin/python3
"""A node of python-socketio in a cluster, whose clients make it do what it can, as node-server.js does for Node.

    python_node.py serve redis|kombu URL [CHANNEL]    says "listening on PORT", then serves until its input ends
    python_node.py emit redis|kombu URL [CHANNEL]     a process without clients: one JSON object a line on its input,
                                                      {"event", "args", "rooms", "except", "namespace"}

Needs the packages python3-socketio, python3-redis and python3-kombu. Serves polling only: the package has no WebSocket
for threads.
"""

import json
import socketserver
import sys
import threading
from wsgiref import simple_server

import socketio

PATIENCE = 5
NAMESPACES = ["/", "/side"]


class ThreadSafeKombuManager(socketio.KombuManager):
    """Its one connection for publishing breaks if two threads write to it at a time, as two clients' handlers may."""

    def __init__(self, *args, **kwargs):
        self._publishing = threading.Lock()
        super().__init__(*args, **kwargs)

    def _publish(self, data):
        with self._publishing:
            super()._publish(data)


def manager(kind, url, channel, write_only=False):
    managers = {"redis": socketio.RedisManager, "kombu": ThreadSafeKombuManager}
    return managers[kind](url, channel=channel, write_only=write_only)


def payload(args):
    """One argument that is no list looks the same in all versions; a tuple is several."""
    if not args:
        return None
    return args[0] if len(args) == 1 and args[0] is not None else tuple(args)


def push(sender, namespace, choice, event, args):
    """Emits with a server or with a manager alone; a room is one name or several."""
    choice = choice or {}
    sender.emit(event, payload(args), namespace=namespace, room=choice.get("rooms") or None, skip_sid=choice.get("except"))


def serve(kind, url, channel):
    server = socketio.Server(
        client_manager=manager(kind, url, channel), async_mode="threading", namespaces=NAMESPACES, cors_allowed_origins="*"
    )
    emitter = manager(kind, url, channel, write_only=True)
    for namespace in NAMESPACES:
        add_actions(server, emitter, namespace)
    http = simple_server.make_server("127.0.0.1", 0, socketio.WSGIApp(server), ThreadingServer, QuietHandler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    print(f"listening on {http.server_port}", flush=True)
    sys.stdin.read()


class ThreadingServer(socketserver.ThreadingMixIn, simple_server.WSGIServer):
    daemon_threads = True


class QuietHandler(simple_server.WSGIRequestHandler):
    def log_message(self, *args):
        pass


def add_actions(server, emitter, namespace):
    def action(name):
        return server.on(name, namespace=namespace)

    @action("join")
    def join(sid, rooms):
        for room in [rooms] if isinstance(rooms, str) else rooms:
            server.enter_room(sid, room, namespace=namespace)
        return True

    @action("leave")
    def leave(sid, rooms):
        for room in [rooms] if isinstance(rooms, str) else rooms:
            server.leave_room(sid, room, namespace=namespace)
        return True

    @action("say")
    def say(sid, rooms, *args):
        push(server, namespace, {"rooms": rooms}, "said", args)

    @action("emit")
    def emit(sid, choice, event, *args):
        push(emitter if (choice or {}).get("from") == "emitter" else server, namespace, choice, event, args)

    @action("close room")
    def close_room(sid, room):
        server.close_room(room, namespace=namespace)

    @action("remote")
    def remote(sid, target, what, *args):
        if what == "disconnect":
            server.disconnect(target, namespace=namespace)
        elif what == "emit":
            push(server, namespace, {"rooms": target}, args[0], args[1:])
        elif what == "ask":
            # Several values come as a tuple, which would be several values of this answer.
            try:
                answer = server.call(args[0], payload(args[1:]), to=target, namespace=namespace, timeout=PATIENCE)
                return {"values": list(answer) if isinstance(answer, tuple) else [answer]}
            except socketio.exceptions.TimeoutError:
                return {"error": "timeout"}
        else:
            # Before 5.10 these reach nobody on another node.
            for room in args[0]:
                (server.enter_room if what == "join" else server.leave_room)(target, room, namespace=namespace)
        return None


def emit(kind, url, channel):
    sender = manager(kind, url, channel, write_only=True)
    for line in sys.stdin:
        message = json.loads(line)
        push(sender, message.get("namespace", "/"), message, message["event"], message.get("args", []))
        print("sent", flush=True)


if __name__ == "__main__":
    mode, kind, url, *rest = sys.argv[1:]
    {"serve": serve, "emit": emit}[mode](kind, url, rest[0] if rest else "socketio")
