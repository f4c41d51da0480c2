// A book holds what the ends of one connection say they sent, part by part and
// in the order of each direction. The scripts print their books; the test
// compares them with what wsight reads in the capture.
import http from 'node:http'

export const books = []

export class Book {
  constructor(format) {
    this.format = format
    this.c2s = []
    this.s2c = []
    this.findings = {} // how many of which code are rightly told
    this.asks = new Map()
    books.push(this)
  }

  // note enters a part. Of fields, those that are named are compared. ask is
  // the key under which an answer of the other direction finds it.
  note(dir, type, { name, ask, answer, ...fields } = {}) {
    const part = { type, name, fields, answers: -1 }
    const other = dir === 'c2s' ? 's2c' : 'c2s'
    if (answer !== undefined && this.asks.has(other + answer)) {
      part.answers = this.asks.get(other + answer)
      this.asks.delete(other + answer)
    }
    if (ask !== undefined) this.asks.set(dir + ask, this[dir].length)
    this[dir].push(part)
  }

  found(code) {
    this.findings[code] = (this.findings[code] ?? 0) + 1
  }
}

// serve starts an HTTP server on the address of the lab's server.
export function serve(handler) {
  const server = http.createServer(handler)
  return new Promise((resolve) => server.listen(0, '127.0.0.4', () => resolve([server, `127.0.0.4:${server.address().port}`])))
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

// once waits for one event of an emitter, or of an EventTarget-like property.
export const once = (emitter, event) => new Promise((resolve) => emitter.once(event, (...args) => resolve(args)))

// finish prints the books.
export async function finish() {
  await sleep(100) // the last bytes
  process.stdout.write(JSON.stringify(books.map(({ format, c2s, s2c, findings }) => ({ format, c2s, s2c, findings }))))
  process.exit(0)
}
