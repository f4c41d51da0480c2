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
const {MESSAGES, PAGE, frames, frame} = require('./frames.js');

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
