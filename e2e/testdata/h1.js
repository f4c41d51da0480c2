// A WebSocket server over HTTP/1.1 in TLS, and a client of it, with nothing but
// node's own modules.
//
//   node h1.js server|client HOST PORT CERT KEY KEYLOG VERSION CIPHERS
//
// CIPHERS are names of OpenSSL, "-" for those of node. The server also serves
// the page / that opens a WebSocket and reports to /report what came back; it
// prints the report.
const https = require('https'), fs = require('fs'), {createHash, randomBytes} = require('crypto');
const {MESSAGES, PAGE, frames, frame} = require('./frames.js');
const [role, host, port, cert, key, keylog, version, ciphers] = process.argv.slice(2);
const options = {minVersion: 'TLSv' + version, maxVersion: 'TLSv' + version, rejectUnauthorized: false};
if (ciphers !== '-') options.ciphers = ciphers;
const log = line => fs.appendFileSync(keylog, line);

function serve() {
  const server = https.createServer({...options, cert: fs.readFileSync(cert), key: fs.readFileSync(key)}, (request, response) => {
    if (request.url !== '/report') return response.setHeader('content-type', 'text/html').end(PAGE);
    let body = '';
    request.on('data', d => body += d).on('end', () => { response.writeHead(204).end(); console.log('report ' + body); });
  });
  server.on('keylog', log);
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ' + accept + '\r\n\r\n');
    frames(socket, (opcode, payload) => {
      socket.write(frame(opcode, payload, false));
      if (opcode === 8) socket.end();
    });
  });
  server.listen(+port, host, () => console.log('ready'));
}

function visit() {
  const request = https.get({...options, host, port, path: '/ws', localAddress: '127.0.0.2', headers: {Connection: 'Upgrade', Upgrade: 'websocket',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'), 'Sec-WebSocket-Version': '13'}});
  request.on('socket', socket => socket.on('keylog', log));
  request.on('upgrade', (response, socket) => {
    let got = 0;
    frames(socket, opcode => {
      if (opcode === 8) return socket.end(() => console.log('done'));
      if (++got === MESSAGES.length) socket.write(frame(8, Buffer.from([3, 232]), true));
    });
    MESSAGES.forEach(m => socket.write(frame(1, Buffer.from(m), true)));
  });
}

role === 'server' ? serve() : visit();
