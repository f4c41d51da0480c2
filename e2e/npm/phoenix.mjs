// The client of Phoenix with a server by hand: joins, replies, errors,
// broadcasts, payloads in binary, heartbeats.
import { Serializer, Socket } from 'phoenix'
import { WebSocket, WebSocketServer } from 'ws'
import { Book, finish, serve, sleep } from './book.mjs'

const [server, address] = await serve()
const bytes = (...parts) => Buffer.concat(parts.map((p) => Buffer.from(p)))

// The server answers, and broadcasts what is said.
new WebSocketServer({ server }).on('connection', (socket) => {
  const send = (...m) => socket.send(JSON.stringify(m))
  socket.on('message', (data, binary) => {
    if (binary) { // a push: 0, four sizes, join_ref, ref, topic, event, payload
      const sizes = [...data.subarray(1, 5)]
      let at = 5
      const [join, ref, topic] = sizes.map((n) => data.subarray(at, at += n).toString())
      const payload = data.subarray(at)
      socket.send(bytes([1, join.length, ref.length, topic.length, 2], join, ref, topic, 'ok', payload))
      socket.send(bytes([2, topic.length, 5], topic, 'image', payload))
      return
    }
    const [join, ref, topic, event, payload] = JSON.parse(data)
    if (event === 'phx_join' && topic === 'room:closed') return send(join, ref, topic, 'phx_reply', { status: 'error', response: { reason: 'closed' } })
    if (event !== 'shout') send(join, ref, topic, 'phx_reply', { status: 'ok', response: payload })
    if (event === 'shout') send(null, null, topic, 'new_msg', payload)
    if (event === 'phx_leave') send(join, ref, topic, 'phx_close', {})
  })
})

const book = new Book('phoenix')
function enter(dir, { ref, topic, event, payload }) {
  const note = { name: topic, topic, event, ref: ref ?? undefined }
  if (event === 'phx_reply') {
    note.answer = ref
    note.status = payload.status
    if (payload.status === 'error') book.found('payload-error')
  } else if (dir === 'c2s') note.ask = ref
  book.note(dir, event, note)
}

const socket = new Socket(`ws://${address}/socket`, {
  transport: WebSocket, heartbeatIntervalMs: 250,
  encode: (m, done) => (enter('c2s', m), Serializer.encode(m, done)),
  decode: (raw, done) => Serializer.decode(raw, (m) => (enter('s2c', m), done(m))),
})
const answered = (push) => new Promise((resolve) => push.receive('ok', resolve).receive('error', resolve))
await new Promise((resolve) => { socket.onOpen(resolve); socket.connect() })
const room = socket.channel('room:lab', { token: 'x' })
await answered(room.join())
await answered(room.push('echo', { text: 'grüße', list: [1, 2.5, null] }))
room.push('shout', { text: 'hello' })
await answered(room.push('image', new Uint8Array([1, 2, 3, 255]).buffer))
const closed = socket.channel('room:closed')
await answered(closed.join())
closed.leave()
await sleep(700) // heartbeats
await answered(room.leave())
await new Promise((resolve) => socket.disconnect(resolve))
await finish()
