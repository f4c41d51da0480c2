// The client of Action Cable with a server by hand: subscriptions, one of them
// rejected, actions, broadcasts, pings.
import { adapters, createConsumer } from '@rails/actioncable'
import { WebSocket, WebSocketServer } from 'ws'
import { Book, finish, serve, sleep } from './book.mjs'

const [server, address] = await serve()
new WebSocketServer({ server, handleProtocols: () => 'actioncable-v1-json' }).on('connection', (socket) => {
  const send = (m) => socket.send(JSON.stringify(m))
  send({ type: 'welcome' })
  const ping = setInterval(() => send({ type: 'ping', message: Math.floor(Date.now() / 1000) }), 300)
  socket.on('close', () => clearInterval(ping))
  socket.on('message', (data) => {
    const { command, identifier, data: action } = JSON.parse(data)
    const { channel } = JSON.parse(identifier)
    if (command === 'subscribe') send({ identifier, type: channel === 'LockedChannel' ? 'reject_subscription' : 'confirm_subscription' })
    if (command === 'message') send({ identifier, message: { heard: JSON.parse(action) } })
  })
})

const book = new Book('actioncable')
function enter(dir, m) {
  const channel = m.identifier && JSON.parse(m.identifier).channel
  const note = { name: channel, channel }
  if (m.command === 'subscribe') note.ask = m.identifier
  if (m.type?.endsWith('_subscription')) note.answer = m.identifier
  if (m.type === 'reject_subscription') book.found('payload-error')
  if (m.command === 'message') note.action = JSON.parse(m.data).action
  book.note(dir, m.command ?? m.type ?? 'broadcast', note)
}

class Socket extends WebSocket {
  constructor(...args) {
    super(...args)
    this.on('message', (data) => enter('s2c', JSON.parse(data)))
  }
  send(data) {
    enter('c2s', JSON.parse(data))
    super.send(data)
  }
}

// The library is written for a page.
globalThis.document = { visibilityState: 'visible' }
globalThis.addEventListener = globalThis.removeEventListener = () => {}
Object.assign(adapters, { WebSocket: Socket, logger: { log() {} } })
const consumer = createConsumer(`ws://${address}/cable`)
const connected = (channel, params) => new Promise((resolve) => {
  const subscription = consumer.subscriptions.create({ channel, ...params }, {
    connected: () => resolve(subscription), rejected: () => resolve(subscription), received() { this.heard?.() },
  })
})
const room = await connected('RoomChannel', { room: 'grüße' })
await connected('LockedChannel')
const heard = new Promise((resolve) => { room.heard = resolve })
room.perform('speak', { text: 'hello', list: [1, 2.5, null] })
await heard
await sleep(700) // pings
room.unsubscribe()
await sleep(100)
consumer.disconnect()
await finish()
