// Socket.IO: events both ways, acknowledgements, namespaces, attachments, the
// upgrade from polling, and its MessagePack parser.
import { Server } from 'socket.io'
import { io, Manager } from 'socket.io-client'
import { Decoder } from 'socket.io-parser'
import * as msgpack from 'socket.io-msgpack-parser'
import { Book, finish, once, serve, sleep } from './book.mjs'

const types = ['connect', 'disconnect', 'event', 'ack', 'connect_error', 'binary_event', 'binary_ack']

// packet enters what the parser of the library makes of a message.
function packet(book, dir, p) {
  const type = types[p.type]
  const note = { namespace: p.nsp, id: p.id === undefined ? undefined : String(p.id) }
  const key = `${p.nsp} ${p.id}`
  if (type === 'connect') note[dir === 'c2s' ? 'ask' : 'answer'] = 'connect ' + p.nsp
  if (type === 'connect_error') {
    note.answer = 'connect ' + p.nsp
    book.found('payload-error')
  }
  if (type.endsWith('event')) {
    note.name = p.data[0]
    if (p.id !== undefined) note.ask = key
  }
  if (type.endsWith('ack')) note.answer = key
  book.note(dir, type, note)
}

// watch enters the packets of an engine while they go over its WebSocket.
function watch(book, engine) {
  const decoder = new Decoder()
  const enter = (dir) => (p) => {
    if (engine.transport.name !== 'websocket') return
    if (p.type !== 'message') {
      const heart = p.type === 'ping' || p.type === 'pong'
      book.note(dir, p.type, heart ? { [p.type === 'ping' ? 'ask' : 'answer']: 'ping' } : {})
    } else if (typeof p.data === 'string') packet(book, dir, decoder.decodeString(p.data))
    else book.note(dir, 'attachment')
  }
  engine.on('packet', enter('s2c'))
  engine.on('packetCreate', enter('c2s'))
  engine.on('upgrading', () => { // the probe was answered
    book.note('c2s', 'ping', { ask: 'probe' })
    book.note('s2c', 'pong', { answer: 'probe' })
  })
  engine.on('upgrade', () => book.note('c2s', 'upgrade'))
}

async function run(options, parser) {
  const [server, address] = await serve()
  const hub = new Server(server, { pingInterval: 300, pingTimeout: 200, parser })
  hub.on('connection', (s) => {
    s.on('echo', (value, done) => done?.(value))
    s.on('picture', (bytes, text, done) => done(Buffer.concat([bytes, bytes]), text))
    s.emit('hello', { id: 1, text: 'grüße 🙂' }, [1, 2.5, null])
  })
  hub.of('/locked').use((_, next) => next(new Error('not for you')))
  hub.of('/news').on('connection', (s) => s.emit('headline', Buffer.from([1, 2, 3])))

  const manager = new Manager(`http://${address}`, { ...options, parser, reconnection: false, autoConnect: false })
  const book = new Book('socket.io')
  const main = manager.socket('/')
  const greeted = once(main, 'hello')
  main.connect()
  manager.connect?.()
  if (parser) {
    manager.engine.on('packet', (p) => p.type !== 'message' && book.note('s2c', p.type, p.type === 'ping' ? { ask: 'ping' } : {}))
    manager.engine.on('packetCreate', (p) => p.type !== 'message' && book.note('c2s', p.type, p.type === 'pong' ? { answer: 'ping' } : {}))
    const send = manager._packet.bind(manager)
    manager._packet = (p) => (packet(book, 'c2s', p), send(p))
    manager.on('packet', (p) => packet(book, 's2c', p))
  } else watch(book, manager.engine)
  await greeted
  if (options.transports.length > 1 && manager.engine.transport.name !== 'websocket') await once(manager.engine, 'upgrade')
  await sleep(50)
  for (const value of ['a', { deep: { list: [1, 2, { three: 3 }] } }, '12-"[,', 7]) await main.emitWithAck('echo', value)
  main.emit('echo', 'without an answer')
  await main.emitWithAck('picture', Buffer.from('89504e47', 'hex'), 'caption')
  const locked = manager.socket('/locked')
  const refused = once(locked, 'connect_error')
  locked.connect()
  await refused
  const news = manager.socket('/news')
  const headline = once(news, 'headline')
  news.connect()
  await headline
  news.disconnect()
  // Right behind a ping no other one can cross the end.
  for (let n = 0; n < 2; n++) await once(manager.engine, 'ping')
  await sleep(20)
  main.disconnect()
  await sleep(50)
  hub.close()
}

await run({ transports: ['websocket'] })
await run({ transports: ['polling', 'websocket'] })
if (process.argv[2] === 'all') await run({ transports: ['websocket'] }, msgpack.default ?? msgpack)
await finish()
