// JsSIP with a registrar by hand: a challenge, messages, refusals, requests of
// the server's, keep-alives.
import JsSIP from 'jssip'
import { WebSocket, WebSocketServer } from 'ws'
import { Book, finish, once, serve, sleep } from './book.mjs'

globalThis.WebSocket = WebSocket // what the client looks for

// enter takes a message apart the way RFC 3261 shows it.
function enter(book, dir, text) {
  if (text === '\r\n\r\n') return book.note(dir, 'ping', { ask: 'ping' })
  if (text === '\r\n') return book.note(dir, 'pong', { answer: 'ping' })
  const header = (name) => text.match(new RegExp(`^${name}: *(.*)\\r$`, 'mi'))[1]
  const [first, second, ...rest] = text.slice(0, text.indexOf('\r\n')).split(' ')
  const key = header('Call-ID') + header('CSeq')
  const note = { 'call-id': header('Call-ID'), cseq: header('CSeq') }
  if (first !== 'SIP/2.0') return book.note(dir, first, { ...note, name: second, method: first, ask: key })
  if (second >= 200) note.answer = key
  if (second >= 300 && second !== '401') {
    note.error = `${second} ${rest.join(' ')}`
    book.found('payload-error')
  }
  book.note(dir, 'answer', { ...note, name: header('CSeq').split(' ')[1], status: second })
}

// registrar answers one client.
function registrar(book, socket) {
  const send = (text) => {
    enter(book, 's2c', text)
    socket.send(text)
  }
  let asked = 0
  const request = (method) => send([`${method} sip:eva@lab.invalid;transport=ws SIP/2.0`, 'Via: SIP/2.0/WS lab.example;branch=z9hG4bK' + ++asked, 'Max-Forwards: 70',
    'From: <sip:lab@lab.example>;tag=7', 'To: <sip:eva@lab.example>', 'Call-ID: of-the-server-' + asked, `CSeq: ${asked} ${method}`, 'Contact: <sip:lab@lab.example>', 'Content-Length: 0', '', ''].join('\r\n'))
  socket.on('message', (data) => {
    const text = data.toString()
    enter(book, 'c2s', text)
    if (text === '\r\n\r\n') return send('\r\n')
    if (text.startsWith('SIP/2.0')) return
    const header = (name) => text.match(new RegExp(`^${name}: *(.*)\\r$`, 'mi'))[1]
    const answer = (status, ...more) => send([`SIP/2.0 ${status}`, ...['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(name)}`), `To: ${header('To')};tag=lab`,
      ...more, 'Content-Length: 0', '', ''].join('\r\n'))
    const method = text.slice(0, text.indexOf(' '))
    if (method === 'REGISTER' && !/^Authorization:/m.test(text)) answer('401 Unauthorized', 'WWW-Authenticate: Digest realm="lab", nonce="abc", algorithm=MD5, qop="auth"')
    else if (method === 'REGISTER') answer('200 OK', `Contact: ${header('Contact')};expires=600`)
    else if (method === 'MESSAGE' && text.includes('forbidden@')) answer('403 Forbidden')
    else if (method === 'MESSAGE') {
      answer('100 Trying')
      setTimeout(() => answer('202 Accepted'), 40)
    } else answer('200 OK')
    if (method === 'MESSAGE' && text.includes('otto@')) request('OPTIONS')
  })
}

const [server, address] = await serve()
const book = new Book('sip')
new WebSocketServer({ server, handleProtocols: () => 'sip' }).on('connection', (socket) => registrar(book, socket))
const socket = new JsSIP.WebSocketInterface(`ws://${address}/sip`)
const ua = new JsSIP.UA({ sockets: [socket], uri: 'sip:eva@lab.example', password: 'secret', register: true, session_timers: false })
const registered = once(ua, 'registered')
ua.start()
await registered
const message = (to, body) => new Promise((resolve) => ua.sendMessage(to, body, { eventHandlers: { succeeded: resolve, failed: resolve } }))
await message('sip:otto@lab.example', 'grüße')
await message('sip:otto@lab.example', 'x'.repeat(3000))
await message('sip:forbidden@lab.example', 'no')
await new Promise((resolve) => ua.sendOptions('sip:lab.example', null, { eventHandlers: { succeeded: resolve, failed: resolve } }))
socket.send('\r\n\r\n')
await sleep(100)
const left = once(ua, 'unregistered')
ua.unregister()
await left
await sleep(50)
ua.stop()
await sleep(100)
await finish()
