// SockJS: messages both ways, and a close with a reason.
import sockjs from 'sockjs'
import SockJS from 'sockjs-client'
import { Book, finish, serve } from './book.mjs'

const [server, address] = await serve()
const book = new Book('sockjs')
const echo = sockjs.createServer({ log() {} })
echo.on('connection', (peer) => {
  peer.on('data', (text) => {
    if (text === 'close') return peer.close(3001, 'as asked')
    peer.write(text)
  })
})
echo.installHandlers(server, { prefix: '/echo' })

const client = new SockJS(`http://${address}/echo`, null, { transports: 'websocket' })
const answers = []
await new Promise((resolve) => { client.onopen = () => { book.note('s2c', 'open'); resolve() } })
client.onmessage = ({ data }) => { book.note('s2c', 'text', { format: 'text' }); answers.shift()() }
for (const text of ['plain', 'grüße 🙂 "quoted"', 'x'.repeat(5000)]) {
  const answer = new Promise((resolve) => answers.push(resolve))
  book.note('c2s', 'text', { format: 'text' })
  client.send(text)
  await answer
}
book.note('c2s', 'text', { format: 'text' })
const closed = new Promise((resolve) => { client.onclose = resolve })
client.send('close')
const { code, reason } = await closed
book.note('s2c', 'close', { code, reason })
await finish()
