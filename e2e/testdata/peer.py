"""One end of a WebSocket over TLS, with nothing but Python's own ssl module.

    peer.py server|client HOST PORT CERT KEY KEYLOG VERSION CIPHERS

The client sends messages of several sizes, the server echoes them, then both
close. What was sent is fixed, so that whoever watches knows what to expect.
"""
import base64, hashlib, os, socket, ssl, struct, sys

role, host, port, cert, key, keylog, version, ciphers = sys.argv[1:]
MESSAGES = [("message %d " % n + "x" * n).encode() for n in (0, 1, 125, 126, 3000, 20000)]


def context():
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if role == "server" else ssl.PROTOCOL_TLS_CLIENT)
    c.minimum_version = c.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version]
    if ciphers != "-":
        c.set_ciphers(ciphers + ":@SECLEVEL=0")
    if role == "server":
        c.load_cert_chain(cert, key)
    else:
        c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
        c.keylog_filename = keylog
    return c


def exactly(s, n):
    data = b""
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def head(s):
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        data += exactly(s, 1)
    return data


def frame(opcode, payload, mask):
    n, bit = len(payload), 0x80 if mask else 0
    out = bytes([0x80 | opcode])
    out += bytes([bit | n]) if n < 126 else bytes([bit | 126]) + struct.pack(">H", n)
    if mask:
        k = os.urandom(4)
        out += k
        payload = bytes(b ^ k[i % 4] for i, b in enumerate(payload))
    return out + payload


def read(s):
    first, second = exactly(s, 2)
    n = second & 127
    if n == 126:
        n = struct.unpack(">H", exactly(s, 2))[0]
    k = exactly(s, 4) if second & 128 else b"\0\0\0\0"
    return first & 15, bytes(b ^ k[i % 4] for i, b in enumerate(exactly(s, n)))


def serve():
    listener = socket.create_server((host, int(port)))
    print("ready", flush=True)
    s = context().wrap_socket(listener.accept()[0], server_side=True)
    key = [l.split(b": ")[1] for l in head(s).split(b"\r\n") if l.lower().startswith(b"sec-websocket-key")][0]
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    s.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")
    while True:
        opcode, payload = read(s)
        s.sendall(frame(opcode, payload, False))
        if opcode == 8:
            break
    s.unwrap()


def visit():
    raw = socket.create_connection((host, int(port)), source_address=("127.0.0.2", 0))
    s = context().wrap_socket(raw)
    s.sendall(b"GET /ws HTTP/1.1\r\nHost: lab.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
              + base64.b64encode(os.urandom(16)) + b"\r\nSec-WebSocket-Version: 13\r\n\r\n")
    assert head(s).startswith(b"HTTP/1.1 101")
    for m in MESSAGES:
        s.sendall(frame(1, m, True))
        assert read(s) == (1, m)
    s.sendall(frame(8, b"\x03\xe8", True))
    read(s)
    try:
        s.unwrap()
    except OSError:
        pass


{"server": serve, "client": visit}[role]()
