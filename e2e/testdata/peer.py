"""One end of a WebSocket over TLS, with nothing but Python's own modules.

    peer.py python|openssl server|client HOST PORT CERT KEY KEYLOG VERSION CIPHERS [OPTION...]

TLS is that of Python's ssl module or of the program openssl. The client sends
messages of several sizes, the server echoes them, then both close. What was
sent is fixed, so that whoever watches knows what to expect. CIPHERS are names
of OpenSSL, "-" for its own choice. Options are no-etm, without encrypt-then-MAC,
and no-ems, without the extended master secret (only with python).
"""
import base64, hashlib, os, socket, ssl, struct, subprocess, sys, time

stack, role, host, port, cert, key, keylog, version, ciphers, *options = sys.argv[1:]
MESSAGES = [("message %d " % n + "x" * n).encode() for n in (0, 1, 125, 126, 3000, 20000)]


class Program:
    """A connection of the program openssl, by its standard input and output."""

    def __init__(self, command, *args):
        command = ["openssl", command, "-quiet", "-keylogfile", keylog, "-tls" + version.replace(".", "_"), *args]
        command += ["-no_etm"] * ("no-etm" in options)
        if ciphers != "-":
            command += ["-ciphersuites", ciphers] if version == "1.3" else ["-cipher", ciphers + ":@SECLEVEL=0"]
        self.run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def recv(self, n):
        return self.run.stdout.read(n)

    def sendall(self, data):
        while data:
            data = data[self.run.stdin.write(data):]

    def unwrap(self):
        if role == "server":
            self.run.stdin.close()
        self.run.wait(10)  # the client ends when the server does


def context():
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if role == "server" else ssl.PROTOCOL_TLS_CLIENT)
    c.minimum_version = c.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version]
    # Neither has a name in the module: SSL_OP_NO_ENCRYPT_THEN_MAC and
    # SSL_OP_NO_EXTENDED_MASTER_SECRET of OpenSSL 3.
    c.options |= {"no-etm": 1 << 19, "no-ems": 1}[options[0]] if options else 0
    if ciphers != "-" and version == "1.2":
        c.set_ciphers(ciphers + ":@SECLEVEL=0")
    if role == "server":
        c.load_cert_chain(cert, key)
    else:
        c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    c.keylog_filename = keylog
    return c


def listening():
    """Whether something listens on the port, without connecting to it."""
    with open("/proc/net/tcp") as table:
        return any(line.split()[1].endswith(":%04X" % int(port)) and line.split()[3] == "0A" for line in table)


def accept():
    if stack == "openssl":
        s = Program("s_server", "-accept", host + ":" + port, "-naccept", "1", "-cert", cert, "-key", key)
        while not listening():
            time.sleep(0.02)
        print("ready", flush=True)
        return s
    listener = socket.create_server((host, int(port)))
    print("ready", flush=True)
    return context().wrap_socket(listener.accept()[0], server_side=True)


def connect():
    if stack == "openssl":
        return Program("s_client", "-connect", host + ":" + port, "-bind", "127.0.0.2:0")
    return context().wrap_socket(socket.create_connection((host, int(port)), source_address=("127.0.0.2", 0)))


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
    s = accept()
    key = [l.split(b": ")[1] for l in head(s).split(b"\r\n") if l.lower().startswith(b"sec-websocket-key")][0]
    answer = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    s.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + answer + b"\r\n\r\n")
    while True:
        opcode, payload = read(s)
        s.sendall(frame(opcode, payload, False))
        if opcode == 8:
            break
    leave(s)


def visit():
    s = connect()
    s.sendall(b"GET /ws HTTP/1.1\r\nHost: lab.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
              + base64.b64encode(os.urandom(16)) + b"\r\nSec-WebSocket-Version: 13\r\n\r\n")
    assert head(s).startswith(b"HTTP/1.1 101")
    for m in MESSAGES:
        s.sendall(frame(1, m, True))
        assert read(s) == (1, m)
    s.sendall(frame(8, b"\x03\xe8", True))
    assert read(s)[0] == 8
    leave(s)


def leave(s):
    try:
        s.unwrap()
    except OSError:
        pass


{"server": serve, "client": visit}[role]()
