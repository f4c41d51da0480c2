// @xmpp/client with a server by hand: the framing of RFC 7395, SASL, binding,
// stanzas both ways, iq requests answered and refused, a ping.
import { client, xml } from '@xmpp/client'
import parse from 'ltx/lib/parse.js'
import { WebSocket, WebSocketServer } from 'ws'
import { Book, finish, once, serve, sleep } from './book.mjs'

globalThis.WebSocket = WebSocket // what the client looks for

const framing = 'urn:ietf:params:xml:ns:xmpp-framing'

// enter reads a message with the parser of the library.
function enter(book, dir, text) {
  const e = parse(text)
  const child = e.children.find((c) => typeof c !== 'string')
  const note = { id: e.attrs.id, from: e.attrs.from, to: e.attrs.to, kind: e.attrs.type }
  if (e.name === 'open') note[dir === 'c2s' ? 'ask' : 'answer'] = 'open'
  if (e.name === 'auth') Object.assign(note, { ask: 'auth', name: e.attrs.mechanism })
  if (e.name === 'success') note.answer = 'auth'
  if (e.name === 'iq') {
    note.name = child?.name
    note[e.attrs.type === 'get' || e.attrs.type === 'set' ? 'ask' : 'answer'] = 'iq ' + e.attrs.id
  }
  if (e.attrs.type === 'error') {
    note.error = e.getChild('error').children[0].name
    book.found('payload-error')
  }
  book.note(dir, e.name, note)
}

// host answers one client.
function host(book, socket) {
  const send = (e) => {
    enter(book, 's2c', e.toString())
    socket.send(e.toString())
  }
  let known = false
  socket.on('message', (data) => {
    const text = data.toString()
    enter(book, 'c2s', text)
    const e = parse(text)
    const reply = (type, ...children) => send(xml(e.name, { xmlns: 'jabber:client', type, id: e.attrs.id, from: 'lab.example', to: 'eva@lab.example/1' }, ...children))
    if (e.name === 'open') {
      send(xml('open', { xmlns: framing, version: '1.0', from: 'lab.example', id: known ? 's2' : 's1' }))
      send(xml('stream:features', { 'xmlns:stream': 'http://etherx.jabber.org/streams' }, known
        ? xml('bind', { xmlns: 'urn:ietf:params:xml:ns:xmpp-bind' })
        : xml('mechanisms', { xmlns: 'urn:ietf:params:xml:ns:xmpp-sasl' }, xml('mechanism', {}, 'ANONYMOUS'))))
    } else if (e.name === 'auth') {
      known = true
      send(xml('success', { xmlns: 'urn:ietf:params:xml:ns:xmpp-sasl' }))
    } else if (e.name === 'iq' && e.getChild('bind')) {
      reply('result', xml('bind', { xmlns: 'urn:ietf:params:xml:ns:xmpp-bind' }, xml('jid', {}, 'eva@lab.example/1')))
    } else if (e.name === 'iq' && e.getChild('secret')) {
      reply('error', xml('error', { type: 'auth' }, xml('forbidden', { xmlns: 'urn:ietf:params:xml:ns:xmpp-stanzas' })))
    } else if (e.name === 'iq' && (e.attrs.type === 'get' || e.attrs.type === 'set')) {
      setTimeout(() => reply('result', xml(e.children[0].name, e.children[0].attrs)), 30)
    } else if (e.name === 'presence') {
      send(xml('iq', { xmlns: 'jabber:client', type: 'get', id: 'p1', from: 'lab.example' }, xml('ping', { xmlns: 'urn:xmpp:ping' })))
    } else if (e.name === 'message') {
      send(xml('message', { xmlns: 'jabber:client', type: 'chat', from: 'otto@lab.example', to: 'eva@lab.example/1' }, xml('body', {}, e.getChildText('body'))))
    } else if (e.name === 'close') {
      send(xml('close', { xmlns: framing }))
      socket.close()
    }
  })
}

const [server, address] = await serve()
const book = new Book('xmpp')
new WebSocketServer({ server, handleProtocols: () => 'xmpp' }).on('connection', (socket) => host(book, socket))
const xmpp = client({ service: `ws://${address}/xmpp-websocket`, domain: 'lab.example', resource: 'lab' })
xmpp.on('error', () => {})
await xmpp.start()
await xmpp.send(xml('presence', {}, xml('show', {}, 'chat')))
const echoed = once(xmpp, 'stanza')
await xmpp.send(xml('message', { type: 'chat', to: 'otto@lab.example' }, xml('body', {}, 'grüße <&> "quoted"')))
await echoed
await Promise.all([
  xmpp.iqCaller.request(xml('iq', { type: 'get', to: 'lab.example' }, xml('query', { xmlns: 'jabber:iq:version' }))),
  xmpp.iqCaller.request(xml('iq', { type: 'set', to: 'lab.example' }, xml('query', { xmlns: 'jabber:iq:private' }, xml('note', {}, 'x'.repeat(5000))))),
])
await xmpp.iqCaller.request(xml('iq', { type: 'get', to: 'lab.example' }, xml('secret', {}))).catch(() => {})
await sleep(100)
await xmpp.stop()
await finish()
