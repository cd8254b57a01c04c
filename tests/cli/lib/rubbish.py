"""rubbish.py PORT SEED CNT - sends requests that no client would: cut short, too long, binary, of any verb.  Says what came
for a whole request afterwards: the status line."""
import random
import socket
import sys

LIMIT_S = 10


def some(rng):
    noise = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 400)))
    whole = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
    return rng.choice([
        noise,
        whole[:rng.randrange(len(whole))],
        whole[:rng.randrange(len(whole))] + noise,
        b"GET /" + b"a" * rng.choice([100, 10000, 100000]) + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: " + b"y" * 100000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"H%d: v\r\n" % i for i in range(5000)) + b"\r\n",
        b"GET /histogram.json?consumer=" + noise.replace(b"\n", b"") + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /history.json?consumer=%00%ff%2e&consumer=&=& HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n" + noise,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + noise,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n" + noise,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n" + noise,
        noise.replace(b" ", b"") + b" / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n" + whole * 20,
        b"GET /../../etc/passwd HTTP/9.9\r\nHost: " + noise + b"\r\n\r\n",
        whole * 50,
        b"\r\n" * 1000,
    ])


def send(port, data, rng):
    with socket.create_connection(("127.0.0.1", port), LIMIT_S) as client:
        try:
            client.sendall(data)
            if rng.random() < 0.5:
                client.shutdown(socket.SHUT_WR)
            if rng.random() < 0.3:
                client.settimeout(0.05)
                client.recv(1000)
        except OSError:
            pass  # it may hang up, or say nothing


def main(port, seed, cnt):
    rng = random.Random(int(seed))
    for _ in range(int(cnt)):
        send(int(port), some(rng), rng)
    with socket.create_connection(("127.0.0.1", int(port)), LIMIT_S) as client:
        client.sendall(b"GET /about.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        print(client.makefile("rb").readline().decode().strip())


main(*sys.argv[1:])
