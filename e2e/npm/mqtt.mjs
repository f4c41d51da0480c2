// MQTT.js with Aedes, which speaks 3.1.1, and with an echo of version 5: every
// quality of service, packets larger than a message, a refusal, pings.
import { Aedes } from 'aedes'
import mqtt from 'mqtt'
import packets from 'mqtt-packet'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { Book, finish, once, serve, sleep } from './book.mjs'

const answers = { connack: 'connect', suback: 'subscribe', unsuback: 'unsubscribe', puback: 'publish', pubrec: 'publish', pubcomp: 'pubrel', pingresp: 'pingreq' }

// enter notes a packet as mqtt-packet has it.
function enter(book, dir, p) {
  const note = {}
  const key = (cmd) => `${cmd} ${p.messageId ?? ''}`
  if (answers[p.cmd]) note.answer = key(answers[p.cmd])
  if (['connect', 'subscribe', 'unsubscribe', 'pubrel', 'pingreq'].includes(p.cmd) || (p.cmd === 'publish' && p.qos > 0)) note.ask = key(p.cmd)
  if (p.cmd === 'publish') Object.assign(note, { name: p.topic, topic: p.topic, qos: p.qos })
  if (p.cmd === 'connect') Object.assign(note, { client: p.clientId, keepalive: p.keepalive })
  if (p.cmd === 'connack' && p.returnCode) book.found('payload-error')
  if (p.messageId) note.id = p.messageId
  book.note(dir, p.cmd.toUpperCase(), note)
}

async function run(address, protocolVersion, options) {
  const book = new Book('mqtt')
  const client = mqtt.connect(`ws://${address}/${protocolVersion}`, { protocolVersion, keepalive: 1, reconnectPeriod: 0, manualConnect: true, ...options })
  client.on('packetsend', (p) => enter(book, 'c2s', p))
  client.on('packetreceive', (p) => enter(book, 's2c', p))
  const began = once(client, options.username ? 'error' : 'connect')
  client.connect()
  await began
  if (options.username) {
    client.end(true)
    return sleep(200)
  }
  await client.subscribeAsync(['lab/#', 'other/+'], { qos: 2 })
  for (const qos of [0, 1, 2]) {
    const echo = once(client, 'message')
    await client.publishAsync(`lab/${qos}`, JSON.stringify({ text: 'grüße', qos }), { qos, retain: qos === 1 })
    await echo
  }
  const large = once(client, 'message')
  await client.publishAsync('lab/large', Buffer.alloc(300_000, 7), { qos: 1 })
  await large
  await client.unsubscribeAsync('other/+')
  await sleep(1400) // a ping
  await client.endAsync()
}

// echo is a server of version 5 that sends back what is published.
function echo(stream) {
  const parser = packets.parser({ protocolVersion: 5 })
  const send = (p) => packets.writeToStream({ ...p, properties: { userProperties: { lab: 'grüße' } } }, stream, { protocolVersion: 5 })
  parser.on('packet', (p) => {
    const { messageId } = p
    if (p.cmd === 'connect') send({ cmd: 'connack', reasonCode: 0 })
    if (p.cmd === 'subscribe') send({ cmd: 'suback', messageId, granted: p.subscriptions.map((s) => s.qos) })
    if (p.cmd === 'unsubscribe') send({ cmd: 'unsuback', messageId, granted: [0] })
    if (p.cmd === 'pingreq') packets.writeToStream({ cmd: 'pingresp' }, stream)
    if (p.cmd === 'pubrel') send({ cmd: 'pubcomp', messageId, reasonCode: 0 })
    if (p.cmd === 'pubrec') send({ cmd: 'pubrel', messageId, reasonCode: 0 })
    if (p.cmd !== 'publish') return
    if (p.qos > 0) send({ cmd: p.qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode: 0 })
    send({ cmd: 'publish', topic: p.topic, payload: p.payload, qos: p.qos, messageId: p.qos ? 1000 + messageId : undefined })
  })
  stream.on('data', (data) => parser.parse(data)).on('error', () => {})
}

const [server, address] = await serve()
const broker = await Aedes.createBroker()
broker.authenticate = (_, username, __, done) => done(username ? Object.assign(new Error('no'), { returnCode: 4 }) : null, !username)
new WebSocketServer({ server, handleProtocols: () => 'mqtt' }).on('connection', (socket, request) => {
  const stream = createWebSocketStream(socket)
  if (request.url === '/5') echo(stream)
  else broker.handle(stream, request)
})
await run(address, 4, { clientId: 'lab-4' })
await run(address, 4, { clientId: 'lab-refused', username: 'nobody', password: 'x' })
if (process.argv[2] === 'all') await run(address, 5, { clientId: 'lab-5' })
await finish()
