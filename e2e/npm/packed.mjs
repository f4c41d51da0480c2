// Messages without a protocol of their own: MessagePack, CBOR and protobuf of
// the libraries, agreed as subprotocol and recognised.
import { encode } from '@msgpack/msgpack'
import * as cbor from 'cbor-x'
import protobuf from 'protobufjs'
import { WebSocket, WebSocketServer } from 'ws'
import { Book, finish, once, serve } from './book.mjs'

const { root } = protobuf.parse(`syntax = "proto3";
  message Reading { string sensor = 1; double value = 2; repeated int32 history = 3; Place place = 4; bytes raw = 5; map<string, int64> counts = 6; }
  message Place { sint32 x = 1; sint32 y = 2; }`)
const Reading = root.lookupType('Reading')

const values = [
  { sensor: 'boiler', value: 21.5, history: [1, -2, 300], place: { x: -1, y: 70000 }, raw: new Uint8Array([1, 2, 255]) },
  { sensor: 'grüße 🙂', value: -0.25, history: [], place: {}, deep: { deep: { deep: [null, true, 1e300] } } },
  { sensor: 'x'.repeat(400), value: 2 ** 53, history: Array.from({ length: 300 }, (_, i) => i * i), at: new Date(1e12) },
]
const [server, address] = await serve()
const hub = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] })
hub.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })))

// notation writes a value as RFC 8949 §8 does, which wsight uses for all three.
function notation(v) {
  if (v instanceof Uint8Array) return `h'${Buffer.from(v).toString('hex')}'`
  if (Array.isArray(v)) return `[${v.map(notation).join(', ')}]`
  if (v instanceof Object) return `{${Object.entries(v).map(([k, e]) => `${JSON.stringify(k)}: ${notation(e)}`).join(', ')}}`
  return JSON.stringify(v)
}

async function run(format, subprotocol, pack, part) {
  const book = new Book(format)
  const socket = new WebSocket(`ws://${address}/`, subprotocol)
  await once(socket, 'open')
  for (const value of values) {
    const echo = once(socket, 'message')
    let summary = notation(value)
    if (format === 'cbor') summary = summary.replace(/h'.*'/, '64($&)') // the tag of a typed array, RFC 8746
    if (format === 'protobuf' || summary.length > 200) summary = undefined
    book.note('c2s', part, { summary })
    socket.send(pack(value))
    await echo
    book.note('s2c', part, { summary })
  }
  socket.close()
  await once(socket, 'close')
}

const plain = ({ sensor, value, history, place, raw }) => Reading.encode({ sensor, value, history, place, raw, counts: { [sensor.slice(0, 9)]: 7 } }).finish()
for (const agreed of [true, false]) {
  await run('msgpack', agreed ? 'msgpack' : [], (v) => encode(v), 'object')
  await run('cbor', agreed ? 'cbor' : [], (v) => cbor.encode(v), 'object')
  await run('protobuf', agreed ? 'protobuf' : [], plain, 'message')
}
await finish()
