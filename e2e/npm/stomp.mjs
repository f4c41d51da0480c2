// stompjs with a broker by hand: subscriptions, messages, frames in pieces,
// receipts, a transaction, an error, the heart-beat.
import { Client, FrameImpl, Parser } from '@stomp/stompjs'
import { WebSocket, WebSocketServer } from 'ws'
import { Book, finish, serve, sleep } from './book.mjs'

// parser calls frame with each frame of a stream of messages, and beat with
// each heart-beat.
function parser(frame, beat) {
  const p = new Parser((raw) => frame(FrameImpl.fromRawFrame(raw, raw.command !== 'CONNECT' && raw.command !== 'CONNECTED')), beat)
  return (data) => p.parseChunk(typeof data === 'string' ? data : data.toString())
}

// listen enters the frames of one direction.
function listen(book, dir) {
  return parser(({ command, headers }) => {
    const note = { name: headers.destination }
    for (const name of ['destination', 'id', 'subscription', 'receipt', 'receipt-id', 'version', 'transaction']) note[name] = headers[name]
    if (command === 'CONNECT') note.ask = 'connect'
    else if (headers.receipt) note.ask = 'receipt ' + headers.receipt
    if (command === 'CONNECTED') note.answer = 'connect'
    if (command === 'RECEIPT' || command === 'ERROR') note.answer = 'receipt ' + headers['receipt-id']
    if (command === 'ERROR') book.found('payload-error')
    book.note(dir, command, note)
  }, () => book.note(dir, 'heartbeat'))
}

// spy is a WebSocket that enters what goes through it.
function spy(book) {
  const sent = listen(book, 'c2s'), received = listen(book, 's2c')
  return class extends WebSocket {
    constructor(...args) {
      super(...args)
      this.on('message', received)
    }
    send(data, ...rest) {
      sent(data)
      super.send(data, ...rest)
    }
  }
}

// broker sends each message back to those of its own subscriptions that fit.
function broker(socket) {
  const send = (command, headers, body) => socket.send(FrameImpl.marshall({ command, headers, body, escapeHeaderValues: command !== 'CONNECTED' }))
  const subscriptions = new Map()
  let beat
  socket.on('close', () => clearInterval(beat))
  const read = parser(({ command, headers, body }) => {
    if (command === 'CONNECT') {
      send('CONNECTED', { version: '1.2', 'heart-beat': '200,200' })
      beat = setInterval(() => socket.send('\n'), 200)
    }
    if (command === 'SUBSCRIBE') subscriptions.set(headers.id, headers.destination)
    if (command === 'UNSUBSCRIBE') subscriptions.delete(headers.id)
    if (headers.destination === '/forbidden') return send('ERROR', { message: 'not for you', 'receipt-id': headers.receipt }, 'no')
    if (headers.receipt) send('RECEIPT', { 'receipt-id': headers.receipt })
    if (command !== 'SEND') return
    for (const [subscription, destination] of subscriptions)
      if (destination === headers.destination) send('MESSAGE', { subscription, destination, 'message-id': '1', odd: headers.odd ?? '' }, body)
  }, () => {})
  socket.on('message', read)
}

const [server, address] = await serve()
new WebSocketServer({ server, handleProtocols: () => 'v12.stomp' }).on('connection', broker)
const book = new Book('stomp')
const Socket = spy(book)
const client = new Client({
  webSocketFactory: () => new Socket(`ws://${address}/stomp`, ['v12.stomp', 'v11.stomp']),
  heartbeatIncoming: 200, heartbeatOutgoing: 200, reconnectDelay: 0, connectHeaders: { login: 'lab', passcode: 'x:y' },
  splitLargeFrames: true, maxWebSocketChunkSize: 8000,
})
await new Promise((resolve) => { client.onConnect = resolve; client.activate() })
const receipt = (id) => new Promise((resolve) => client.watchForReceipt(id, resolve))
const subscription = client.subscribe('/topic/lab', () => {})
client.subscribe('/queue/with:colon', () => {}, { id: 'own-id' })
client.publish({ destination: '/topic/lab', body: JSON.stringify({ text: 'grüße' }) })
client.publish({ destination: '/topic/lab', body: 'x'.repeat(20_000), headers: { 'content-type': 'text/plain', odd: 'a:b\nc\\d' } })
client.publish({ destination: '/topic/lab', body: '' })
const done = receipt('r-1')
const transaction = client.begin()
client.publish({ destination: '/queue/with:colon', body: '1', headers: { transaction: transaction.id, receipt: 'r-1' } })
transaction.commit()
await done
await sleep(700) // heart-beats
subscription.unsubscribe()
const failed = new Promise((resolve) => { client.onStompError = resolve })
client.publish({ destination: '/forbidden', headers: { receipt: 'r-2' } })
await failed
await client.deactivate()
await finish()
