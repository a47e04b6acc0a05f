"""Redis and RabbitMQ of our own, on free ports of the loopback address; they keep nothing."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

PATIENCE = 60
# What Debian has on the path insists on a user of its own.
DEBIAN = pathlib.Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Broker:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="parley-broker-")
        self.processes = []

    def launch(self, command, more=None):
        log = open(os.path.join(self.directory, "log.txt"), "ab")
        self.processes.append(
            subprocess.Popen(command, env={**os.environ, **(more or {})}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        )
        log.close()

    def await_answer(self, port, question, answer):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), 1) as connection:
                    connection.sendall(question)
                    if connection.recv(len(answer)) == answer:
                        return
            except OSError:
                pass
            if time.monotonic() > deadline or self.processes[-1].poll() is not None:
                log = pathlib.Path(self.directory, "log.txt").read_text(errors="replace")
                self.stop()
                raise AssertionError(f"the broker did not start: {log[-2000:]}")
            time.sleep(0.02)

    def stop(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class Redis(Broker):
    def __init__(self):
        super().__init__()
        (port,) = free_ports(1)
        self.url = f"redis://127.0.0.1:{port}"
        self.launch(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", self.directory, "--save", ""])
        self.await_answer(port, b"PING\r\n", b"+PONG")


class RabbitMq(Broker):
    def __init__(self):
        super().__init__()
        port, epmd, distribution = free_ports(3)
        self.url = f"amqp://127.0.0.1:{port}"
        path = lambda name: os.path.join(self.directory, name)
        pathlib.Path(path("rabbitmq.conf")).write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\ndisk_free_limit.absolute = 1MB\n")
        pathlib.Path(path("enabled_plugins")).write_text("[].\n")
        pathlib.Path(path("env.conf")).write_text("")
        environment = {
            "HOME": self.directory,
            # The script becomes the broker, and does not stay in between.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_NODENAME": f"parley-{port}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": path("mnesia"),
            "RABBITMQ_LOG_BASE": path("log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": path("rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": path("env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": path("enabled_plugins"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(epmd),
        }
        self.launch(["epmd", "-address", "127.0.0.1", "-port", str(epmd)], environment)
        self.launch([str(DEBIAN) if DEBIAN.exists() else "rabbitmq-server"], environment)
        self.await_answer(port, b"AMQP\0\0\x09\x01", b"\x01")
