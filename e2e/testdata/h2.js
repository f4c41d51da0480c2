// A WebSocket server over HTTP/2 (RFC 8441), in TLS or in the clear, and a
// client of it, with nothing but node's own modules.
//
//   node h2.js server HOST PORT CERT KEY KEYLOG   (CERT "-": in the clear)
//   node h2.js client HOST PORT CERT
//
// The server also serves the page / that opens a WebSocket and reports to
// /report what came back; it prints the report.
const http2 = require('http2'), fs = require('fs');
const [role, host, port, cert, key, keylog] = process.argv.slice(2);
const MESSAGES = [0, 1, 125, 126, 3000, 20000].map(n => `message ${n} ` + 'x'.repeat(n));
const PAGE = `<!doctype html><title>lab</title><script>
const messages = ${JSON.stringify(MESSAGES)}, got = [];
const ws = new WebSocket('wss://' + location.host + '/ws');
ws.onopen = () => messages.forEach(m => ws.send(m));
ws.onmessage = e => { got.push(e.data); if (got.length === messages.length) ws.close(1000, 'bye'); };
ws.onclose = () => fetch('/report', {method: 'POST', body: String(got.length)});
ws.onerror = () => fetch('/report', {method: 'POST', body: 'error'});
</script>`;

// frames calls back with the opcode and the unmasked payload of each frame.
function frames(stream, each) {
  let data = Buffer.alloc(0);
  stream.on('data', chunk => {
    data = Buffer.concat([data, chunk]);
    for (;;) {
      if (data.length < 2) return;
      let n = data[1] & 127, at = 2;
      if (n === 126) { if (data.length < 4) return; n = data.readUInt16BE(2); at = 4; }
      const masked = data[1] & 128, mask = data.subarray(at, at + 4);
      if (masked) at += 4;
      if (data.length < at + n) return;
      const payload = Buffer.from(data.subarray(at, at + n));
      if (masked) for (let i = 0; i < n; i++) payload[i] ^= mask[i & 3];
      each(data[0] & 15, payload);
      data = data.subarray(at + n);
    }
  });
}

function frame(opcode, payload, mask) {
  const n = payload.length, bit = mask ? 128 : 0;
  const head = n < 126 ? Buffer.from([128 | opcode, bit | n]) : Buffer.from([128 | opcode, bit | 126, n >> 8, n & 255]);
  if (!mask) return Buffer.concat([head, payload]);
  const k = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, k, payload.map((b, i) => b ^ k[i & 3])]);
}

function serve() {
  const settings = {enableConnectProtocol: true};
  const server = cert === '-' ? http2.createServer({settings})
    : http2.createSecureServer({settings, cert: fs.readFileSync(cert), key: fs.readFileSync(key)});
  if (keylog) server.on('keylog', line => fs.appendFileSync(keylog, line));
  server.on('stream', (stream, headers) => {
    if (headers[':method'] === 'CONNECT' && headers[':protocol'] === 'websocket') {
      stream.respond({':status': 200});
      frames(stream, (opcode, payload) => {
        stream.write(frame(opcode, payload, false));
        if (opcode === 8) stream.end();
      });
      return;
    }
    if (headers[':path'] === '/report') {
      let body = '';
      stream.on('data', d => body += d).on('end', () => { stream.respond({':status': 204}); stream.end(); console.log('report ' + body); });
      return;
    }
    stream.respond({':status': 200, 'content-type': 'text/html'});
    stream.end(PAGE);
  });
  server.listen(+port, host, () => console.log('ready'));
}

function visit() {
  const session = http2.connect((cert === '-' ? 'http://' : 'https://') + host + ':' + port, {rejectUnauthorized: false, localAddress: '127.0.0.2'});
  session.once('remoteSettings', () => {
    let open = 3;
    for (let i = 0; i < 3; i++) {
      const stream = session.request({':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https', ':path': '/ws', ':authority': host,
        'sec-websocket-version': '13'}, {endStream: false});
      let got = 0;
      frames(stream, opcode => {
        if (opcode === 8) { stream.end(); if (--open === 0) session.close(() => console.log('done')); return; }
        if (++got === MESSAGES.length) stream.write(frame(8, Buffer.from([3, 232]), true));
      });
      stream.on('response', () => MESSAGES.forEach(m => stream.write(frame(1, Buffer.from(m), true))));
    }
  });
}

role === 'server' ? serve() : visit();
