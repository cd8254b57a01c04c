"""ask.py PORT METHOD PATH [HEADER...] - one request; prints status, headers (names in small letters) and body as they come.
ask.py PORT events N - of /events, what N events say.
ask.py PORT stream - begins to read /events and hangs up; prints the status.
ask.py PORT slow CNT - opens CNT connections to /events and as many to /metrics, reads from none, and says so; ends with
standard input."""
import http.client
import socket
import sys

LIMIT_S = 20


def request(port, method, path, headers):
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
    client.request(method, path, headers=dict(h.split(": ", 1) for h in headers))
    answer = client.getresponse()
    print(answer.status)
    for name, value in answer.getheaders():
        print(name.lower() + ": " + value)
    print()
    sys.stdout.flush()
    sys.stdout.buffer.write(answer.read())


def events(port, cnt):
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
    client.request("GET", "/events")
    answer = client.getresponse()
    kind = "message"
    while cnt > 0:
        line = answer.readline().decode().rstrip("\n")
        if line.startswith("event: "):
            kind = line[7:]
        elif line.startswith("data: "):
            print(kind + " " + line[6:], flush=True)
        elif line == "":
            kind = "message"
            cnt -= 1


def stream(port):
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
    client.request("GET", "/events")
    print(client.getresponse().status)


def slow(port, cnt):
    kept = []
    for path in ["/events"] * cnt + ["/metrics"] * cnt:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        client.connect(("127.0.0.1", port))
        client.sendall(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").encode())
        kept.append(client)
    print("open", flush=True)
    sys.stdin.read()


port, what, *rest = sys.argv[1:]
if what == "events":
    events(int(port), int(rest[0]))
elif what == "stream":
    stream(int(port))
elif what == "slow":
    slow(int(port), int(rest[0]))
else:
    request(int(port), what, rest[0], rest[1:])
