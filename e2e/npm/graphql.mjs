// graphql-ws, and the older protocol of subscriptions-transport-ws.
import { execute, GraphQLError, GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString, subscribe } from 'graphql'
import { createClient } from 'graphql-ws'
import { useServer } from 'graphql-ws/use/ws'
import { SubscriptionClient, SubscriptionServer } from 'subscriptions-transport-ws'
import { WebSocket, WebSocketServer } from 'ws'
import { Book, finish, serve, sleep } from './book.mjs'

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { hello: { type: GraphQLString, resolve: () => 'grüße' } } }),
  mutation: new GraphQLObjectType({ name: 'Mutation', fields: { fail: { type: GraphQLString, resolve: () => { throw new GraphQLError('on purpose') } } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      tick: {
        type: GraphQLInt,
        args: { n: { type: GraphQLInt } },
        async *subscribe(_, { n }) { for (let i = 0; i < n; i++) { yield { tick: i }; await sleep(20) } },
      },
    },
  }),
})

// spy is a WebSocket that enters what the client library sends and receives.
const spy = (book) => class extends WebSocket {
  constructor(...args) {
    super(...args)
    this.asked = new Set()
    this.addEventListener('message', ({ data }) => enter(book, 's2c', JSON.parse(data), this.asked))
  }
  send(data, ...rest) {
    enter(book, 'c2s', JSON.parse(data), this.asked)
    super.send(data, ...rest)
  }
}

function enter(book, dir, m, asked) {
  const note = { id: m.id }
  if (m.type === 'connection_init') note.ask = 'init'
  if (m.type === 'connection_ack') note.answer = 'init'
  if (m.type === 'ping') note.ask = 'ping'
  if (m.type === 'pong') note.answer = 'ping'
  if (m.type === 'subscribe' || m.type === 'start') {
    note.operation = /^\s*(\w+)/.exec(m.payload.query)?.[1] ?? 'query'
    if (note.operation !== 'subscription') note.ask = m.id
    note.name = m.payload.operationName ?? undefined
  }
  if (dir === 's2c' && ['next', 'data', 'error', 'complete'].includes(m.type) && !asked.has(m.id)) {
    asked.add(m.id)
    note.answer = m.id
  }
  if (m.type === 'error' || m.payload?.errors) book.found('payload-error')
  book.note(dir, m.type, note)
}

async function modern(address) {
  const book = new Book('graphql')
  const client = createClient({ url: `ws://${address}/modern`, webSocketImpl: spy(book), keepAlive: 300, lazy: false, retryAttempts: 0 })
  const all = async (query, operationName) => {
    const results = []
    for await (const r of client.iterate({ query, operationName })) results.push(r)
    return results
  }
  await all('{ hello }')
  await all('query Named { hello }', 'Named')
  await all('mutation { fail }')
  await all('subscription { tick(n: 3) }')
  await all('{ nothing }').catch(() => {})
  const some = client.iterate({ query: 'subscription { tick(n: 100) }' })
  await some.next()
  await some.return() // unsubscribes
  await sleep(500) // pings
  await client.dispose()
}

async function older(address) {
  const book = new Book('graphql')
  const client = new SubscriptionClient(`ws://${address}/older`, { reconnect: false }, spy(book))
  const all = (query) => new Promise((resolve) => client.request({ query }).subscribe({ error: resolve, complete: resolve }))
  await all('{ hello }')
  await all('subscription { tick(n: 3) }')
  await all('{ nothing }')
  client.close()
}

const [server, address] = await serve()
const hub = new WebSocketServer({ noServer: true })
useServer({ schema }, hub)
const old = new WebSocketServer({ noServer: true, handleProtocols: () => 'graphql-ws' })
SubscriptionServer.create({ schema, execute, subscribe }, old)
server.on('upgrade', (request, socket, head) => {
  const to = request.url === '/modern' ? hub : old
  to.handleUpgrade(request, socket, head, (ws) => to.emit('connection', ws, request))
})
await modern(address)
await older(address)
await finish()
