// A process that plays many scrape targets, so that making the load does not disturb what is measured.
//
// --ports=9001,9002 --series=5000 [--mode=sequence|mixed] [--gzip]
// sequence: every value of a body is the number of the scrape, so a reader can tell exactly what arrived;
//           /served says, per port, how many bodies were sent whole.
// mixed:    half counters, a quarter gauges with decimals, a quarter buckets; 30 bodies that go round.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Random } from '@prometheus-ts/testkit/random';

const { values: options } = parseArgs({
  options: {
    ports: { type: 'string' },
    series: { type: 'string', default: '5000' },
    mode: { type: 'string', default: 'sequence' },
    gzip: { type: 'boolean', default: false },
  },
});
const series = Number(options.series);
const ports = options.ports!.split(',').map(Number);
const DIGITS = 10;

/** A body whose values can be overwritten in place: each is DIGITS wide. */
class SequenceBody {
  readonly bytes: Buffer;
  readonly #offsets: number[] = [];

  constructor() {
    const lines: string[] = ['# HELP load_sequence Number of the scrape.', '# TYPE load_sequence counter'];
    for (let i = 0; i < series; i++) {
      lines.push(
        `load_sequence{group="g${i % 50}",number="${i}",path="/api/v1/thing/${i % 7}"} ${'0'.repeat(DIGITS)}`,
      );
    }
    this.bytes = Buffer.from(`${lines.join('\n')}\n`);
    for (
      let at = this.bytes.indexOf(`} ${'0'.repeat(DIGITS)}`);
      at >= 0;
      at = this.bytes.indexOf('} ', at + 1)
    ) {
      this.#offsets.push(at + 2);
    }
  }

  set(sequence: number): Buffer {
    const text = String(sequence).padStart(DIGITS, '0');
    for (const offset of this.#offsets) this.bytes.write(text, offset, 'latin1');
    return this.bytes;
  }
}

function mixedBodies(): Buffer[] {
  const random = new Random(7);
  const counters = new Float64Array(series);
  return Array.from({ length: 30 }, () => {
    const lines: string[] = ['# TYPE load_requests_total counter'];
    for (let i = 0; i < series; i++) {
      const labels = `method="GET",code="${200 + (i % 5)}",handler="/api/v1/handler_${i % 97}",zone="z${i % 3}",shard="${i}"`;
      counters[i]! += random.below(50);
      if (i % 4 < 2) lines.push(`load_requests_total{${labels}} ${counters[i]}`);
      else if (i % 4 === 2)
        lines.push(`load_temperature_celsius{${labels}} ${(20 + random.float() * 10).toFixed(6)}`);
      else lines.push(`load_duration_seconds_bucket{${labels},le="${(i % 10) / 10}"} ${counters[i]}`);
    }
    return Buffer.from(`${lines.join('\n')}\n`);
  });
}

const mixed = options.mode === 'mixed' ? mixedBodies() : [];
const packed = options.gzip ? mixed.map((body) => gzipSync(body)) : [];
const served = new Map(ports.map((port) => [port, 0]));

const ready = ports.map((port) => {
  const body = options.mode === 'sequence' ? new SequenceBody() : undefined;
  let scrapes = 0;
  const server = createServer((request, response) => {
    if (request.url === '/served') {
      response.end(JSON.stringify(Object.fromEntries(served)));
      return;
    }
    scrapes++;
    const number = scrapes;
    const useGzip = options.gzip && /gzip/.test(request.headers['accept-encoding'] ?? '');
    const bytes = body ? Buffer.from(body.set(number)) : (useGzip ? packed : mixed)[number % mixed.length]!;
    response.writeHead(200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-length': bytes.length,
      ...(useGzip ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(bytes, () => served.set(port, number));
  });
  server.keepAliveTimeout = 60_000;
  return new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
});
await Promise.all(ready);
