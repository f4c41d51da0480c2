// The client of SignalR with a server by hand, in JSON and in MessagePack:
// invocations, failures, streams both ways, pings.
import { HubConnectionBuilder, HttpTransportType, JsonHubProtocol, LogLevel } from '@microsoft/signalr'
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack'
import { decode } from '@msgpack/msgpack'
import { WebSocket, WebSocketServer } from 'ws'
import { Book, finish, serve, sleep } from './book.mjs'

const types = ['', 'invocation', 'stream item', 'completion', 'stream invocation', 'cancel invocation', 'ping', 'close']

function enter(book, dir, m) {
  const note = { id: m.invocationId || undefined }
  if (m.target) note.name = note.target = m.target
  if ((m.type === 1 || m.type === 4) && m.invocationId) note.ask = m.invocationId
  if (m.type === 2 || m.type === 3) note.answer = m.invocationId
  if (m.error) book.found('payload-error')
  book.note(dir, types[m.type], note)
}

// spied returns a protocol of the library that enters what it reads and writes.
function spied(Protocol, book) {
  return new (class extends Protocol {
    parseMessages(...args) {
      const messages = super.parseMessages(...args)
      for (const m of messages) enter(book, 's2c', m)
      return messages
    }
    writeMessage(m) {
      const written = super.writeMessage(m)
      if (m.type === 6) this.ping = written // written once, sent often
      else enter(book, 'c2s', m)
      return written
    }
  })()
}

// records reads what a client sent, which the protocols of the library do not.
function* records(data, binary) {
  if (!binary) {
    for (const text of data.toString().split('\x1e').filter(Boolean)) yield JSON.parse(text)
    return
  }
  for (let at = 0; at < data.length;) {
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = data[at++]
      size |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    const [type, , invocationId, target, args] = decode(data.subarray(at, at += size))
    yield { type, invocationId, target, arguments: args }
  }
}

// hub answers as a hub of ASP.NET Core does.
function hub(socket, protocol) {
  const send = (m) => socket.send(protocol.writeMessage(m))
  let shaken = false
  socket.on('message', async (data, binary) => {
    if (!shaken) {
      shaken = true
      socket.send(binary ? Buffer.from('{}\x1e') : '{}\x1e')
      send({ type: 6 })
      send({ type: 1, target: 'welcome', arguments: [{ text: 'grüße' }] })
      return
    }
    for (const { type, invocationId, target, arguments: args } of records(data, binary)) {
      if (type === 4) {
        for (let item = 0; item < 3; item++) { send({ type: 2, invocationId, item }); await sleep(10) }
        send({ type: 3, invocationId })
      } else if (target === 'fail') send({ type: 3, invocationId, error: 'on purpose' })
      else if (type === 1 && invocationId) send({ type: 3, invocationId, result: args[0] ?? null })
    }
  })
}

async function run(Protocol) {
  const [server, address] = await serve()
  new WebSocketServer({ server }).on('connection', (socket) => hub(socket, new Protocol()))
  const book = new Book('signalr')
  book.note('c2s', 'handshake', { ask: 'handshake' })
  book.note('s2c', 'handshake', { answer: 'handshake' })
  const protocol = spied(Protocol, book)
  class Socket extends WebSocket {
    send(data, ...rest) {
      if (protocol.ping && Buffer.from(data).equals(Buffer.from(protocol.ping))) enter(book, 'c2s', { type: 6 })
      super.send(data, ...rest)
    }
  }
  const connection = new HubConnectionBuilder()
    .withUrl(`http://${address}/hub`, { skipNegotiation: true, transport: HttpTransportType.WebSockets, WebSocket: Socket })
    .withHubProtocol(protocol).configureLogging(LogLevel.None).build()
  connection.keepAliveIntervalInMilliseconds = 250
  const welcomed = new Promise((resolve) => connection.on('welcome', resolve))
  await connection.start()
  await welcomed
  await connection.invoke('echo', { list: [1, 2.5, null, 'grüße'] })
  await connection.invoke('echo', 'x'.repeat(70_000))
  await connection.send('forget', 1, 2)
  await connection.invoke('fail').catch(() => {})
  await new Promise((complete) => connection.stream('count', 3).subscribe({ next() {}, error: complete, complete }))
  await sleep(700) // pings
  await connection.stop()
}

await run(JsonHubProtocol)
await run(MessagePackHubProtocol)
await finish()
