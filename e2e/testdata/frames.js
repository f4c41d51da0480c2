// What the node peers of the lab share: frames of WebSocket by hand, the
// messages that every client sends, and the page that a browser opens.
const MESSAGES = [0, 1, 125, 126, 3000, 20000].map(n => `message ${n} ` + 'x'.repeat(n));

// PAGE opens a WebSocket and reports to /report how much came back.
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

module.exports = {MESSAGES, PAGE, frames, frame};
