// rpc-websockets: JSON-RPC requests, batches of their answers, notifications,
// errors, events.
import { Client, Server } from 'rpc-websockets'
import { Book, finish, sleep } from './book.mjs'

const book = new Book('jsonrpc')
function enter(dir, text) {
  for (const m of [JSON.parse(text)].flat()) {
    const id = m.id ?? undefined
    if (m.notification) book.note(dir, 'notification', { name: m.notification })
    else if (m.method) book.note(dir, id === undefined ? 'notification' : 'request', { name: m.method, method: m.method, id, ask: id })
    else if (m.error) {
      book.found('payload-error')
      book.note(dir, 'error', { id, answer: id, code: m.error.code })
    } else if ('result' in m) book.note(dir, 'result', { id, answer: id })
    else book.note(dir, 'unknown')
  }
}

const server = new Server({ host: '127.0.0.4', port: 0 })
await new Promise((resolve) => server.on('listening', resolve))
server.register('sum', (numbers) => numbers.reduce((a, b) => a + b, 0))
server.register('fail', () => { throw new Error('on purpose') })
server.event('news')
const client = new Client(`ws://127.0.0.4:${server.wss.address().port}/`, { reconnect: false, autoconnect: false })
client.connect()
client.socket.on('message', (data) => enter('s2c', data.toString()))
const send = client.socket.send.bind(client.socket)
client.socket.send = (text, ...rest) => (enter('c2s', text), send(text, ...rest))
await new Promise((resolve) => client.on('open', resolve))
await client.call('sum', [1, 2.5, 3])
await client.call('sum', [])
await client.call('missing', { text: 'grüße' }).catch(() => {})
await client.call('fail').catch(() => {})
await client.notify('sum', [1])
await client.subscribe('news')
server.emit('news', { headline: 'grüße' })
server.emit('news', 1, 2)
await sleep(100)
await client.unsubscribe('news')
client.close()
await finish()
