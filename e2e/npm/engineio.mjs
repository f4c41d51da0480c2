// Engine.IO by itself: text and binary messages both ways, pings, the upgrade
// from polling, which also passes messages that were under way.
import { Server } from 'engine.io'
import { Socket } from 'engine.io-client'
import { Book, finish, once, serve, sleep } from './book.mjs'

// watch enters what goes over the WebSocket of a client.
function watch(book, engine) {
  const keys = { ping: 'ask', pong: 'answer' }
  const enter = (dir) => (p) => {
    if (engine.transport.name === 'websocket') book.note(dir, p.type, keys[p.type] ? { [keys[p.type]]: 'ping' } : {})
  }
  engine.on('packet', enter('s2c'))
  engine.on('packetCreate', enter('c2s'))
  engine.on('upgrading', () => { // the probe was answered
    book.note('c2s', 'ping', { ask: 'probe' })
    book.note('s2c', 'pong', { answer: 'probe' })
  })
  engine.on('upgrade', () => book.note('c2s', 'upgrade'))
}

async function run(transports) {
  const [server, address] = await serve()
  const hub = new Server({ pingInterval: 300, pingTimeout: 200 })
  hub.attach(server)
  hub.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
  const engine = new Socket(`ws://${address}`, { transports })
  engine.binaryType = 'arraybuffer'
  const book = new Book('engine.io')
  watch(book, engine)
  await once(engine, transports.length > 1 ? 'upgrade' : 'open')
  await sleep(50)
  for (const data of ['hello', 'grüße 🙂', '{"n":1}', '42["not Socket.IO"]', new Uint8Array([1, 2, 3]), new Uint8Array(3000)]) {
    const back = once(engine, 'message')
    engine.send(data)
    await back
  }
  // Right behind a ping no other one can cross the end.
  for (let n = 0; n < 2; n++) await once(engine, 'ping')
  await sleep(20)
  engine.close()
  await sleep(50)
  hub.close()
}

await run(['websocket'])
await run(['polling', 'websocket'])
await finish()
