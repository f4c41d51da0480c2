// Wampy.js with a router by hand, in JSON, MessagePack and CBOR.
import { CborSerializer } from 'wampy/CborSerializer.js'
import { JsonSerializer } from 'wampy/JsonSerializer.js'
import { MsgpackSerializer } from 'wampy/MsgpackSerializer.js'
import { Wampy } from 'wampy'
import { WebSocket, WebSocketServer } from 'ws'
import { Book, finish, serve, sleep } from './book.mjs'

const names = { 1: 'HELLO', 2: 'WELCOME', 3: 'ABORT', 6: 'GOODBYE', 8: 'ERROR', 16: 'PUBLISH', 17: 'PUBLISHED', 32: 'SUBSCRIBE', 33: 'SUBSCRIBED',
  34: 'UNSUBSCRIBE', 35: 'UNSUBSCRIBED', 36: 'EVENT', 48: 'CALL', 50: 'RESULT', 64: 'REGISTER', 65: 'REGISTERED', 66: 'UNREGISTER', 67: 'UNREGISTERED',
  68: 'INVOCATION', 70: 'YIELD' }
const uris = { HELLO: 1, GOODBYE: 2, ERROR: 4, PUBLISH: 3, SUBSCRIBE: 3, CALL: 3, REGISTER: 3 }
const asks = { WELCOME: 'HELLO', PUBLISHED: 'PUBLISH', SUBSCRIBED: 'SUBSCRIBE', UNSUBSCRIBED: 'UNSUBSCRIBE', RESULT: 'CALL', REGISTERED: 'REGISTER',
  UNREGISTERED: 'UNREGISTER', YIELD: 'INVOCATION' }

function enter(book, dir, m) {
  const type = names[m[0]]
  const note = { name: m[uris[type]] }
  const request = type === 'ERROR' ? m[2] : ['HELLO', 'WELCOME', 'GOODBYE', 'EVENT'].includes(type) ? undefined : m[1]
  if (request !== undefined) note.request = request
  if (asks[type]) note.answer = `${asks[type]} ${request}`
  if (type === 'ERROR') { note.answer = `${names[m[1]]} ${m[2]}`; book.found('payload-error') }
  if (Object.values(asks).includes(type) && !(type === 'PUBLISH' && !m[2].acknowledge)) note.ask = `${type} ${request}`
  book.note(dir, type, note)
}

// router answers one session; what it publishes goes back to the session.
function router(socket, serializer, book) {
  const send = async (m) => { enter(book, 's2c', m); socket.send(await serializer.encode(m)) }
  const procedures = new Map(), topics = new Map(), calls = new Map()
  let id = 1000
  socket.on('message', async (data, binary) => {
    const bytes = new Uint8Array(data).buffer
    const m = await serializer.decode(binary ? bytes : data.toString())
    enter(book, 'c2s', m)
    const [, request] = m
    switch (names[m[0]]) {
      case 'HELLO': return send([2, 9129137332, { roles: { broker: {}, dealer: {} } }])
      case 'GOODBYE': return send([6, {}, 'wamp.close.goodbye_and_out'])
      case 'SUBSCRIBE': topics.set(m[3], ++id); return send([33, request, id])
      case 'UNSUBSCRIBE': return send([35, request])
      case 'REGISTER': procedures.set(m[3], ++id); return send([65, request, id])
      case 'UNREGISTER': return send([67, request])
      case 'PUBLISH':
        if (m[2].acknowledge) await send([17, request, ++id])
        return send([36, topics.get(m[3]), ++id, {}, ...m.slice(4)])
      case 'CALL':
        if (!procedures.has(m[3])) return send([8, 48, request, {}, 'wamp.error.no_such_procedure'])
        calls.set(++id, request)
        return send([68, id, procedures.get(m[3]), {}, ...m.slice(4)])
      case 'YIELD': return send([50, calls.get(request), {}, ...m.slice(3)])
    }
  })
}

async function run(name, serializer) {
  const [server, address] = await serve()
  const book = new Book('wamp')
  new WebSocketServer({ server, handleProtocols: () => 'wamp.2.' + name }).on('connection', (socket) => router(socket, serializer, book))
  const client = new Wampy(`ws://${address}/ws`, { realm: 'lab', serializer, ws: WebSocket, maxRetries: 0 })
  await client.connect()
  const heard = []
  const topic = await client.subscribe('lab.topic', (e) => heard.push(e))
  await client.publish('lab.topic', { argsList: [1, 2.5, 'grüße'], argsDict: { list: [null, true] } }, { exclude_me: false })
  const procedure = await client.register('lab.double', ({ argsList }) => ({ argsList: [argsList[0] * 2] }))
  await client.call('lab.double', [21])
  await client.call('lab.nothing').catch(() => {})
  await client.unregister('lab.double')
  await client.unsubscribe(topic.subscriptionKey ?? topic)
  await client.disconnect()
  await sleep(100)
}

await run('json', new JsonSerializer())
await run('msgpack', new MsgpackSerializer())
await run('cbor', new CborSerializer())
await finish()
