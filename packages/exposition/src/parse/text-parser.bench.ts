// Warm parsing of a 10,000-line body whose values change from scrape to scrape.
import { Random } from '@prometheus-ts/testkit';
import { test } from 'vitest';
import { EntryKind } from './entry.ts';
import { KnownLines } from './known-lines.ts';
import { TextParser } from './text-parser.ts';

const LINES = 10_000;

/** Bodies with the same series in the same order; some 130 bytes a line. */
function makeBodies(count: number, value: (random: Random) => string): Buffer[] {
  const random = new Random(1);
  return Array.from({ length: count }, () => {
    let text = '';
    for (let i = 0; i < LINES; i++) {
      const labels = `method="GET",path="/api/v1/resource/${i % 997}",status="200",instance_id="node-${i}",zone="eu-west-1a"`;
      text += `http_server_requests_duration_seconds_count{${labels}} ${value(random)}\n`;
    }
    // A reused buffer is longer than the body.
    return Buffer.concat([Buffer.from(text), Buffer.alloc(4096)]);
  });
}

function bodyLength(body: Buffer): number {
  return body.lastIndexOf(10) + 1;
}

const integers = (random: Random) => String(random.below(1_000_000));
const floats = (random: Random) => (random.float() * 1000).toFixed(3);
const longFloats = (random: Random) => String(random.float() * 100);

for (const [name, value] of Object.entries({ integers, floats, longFloats })) {
  test(`parse ${LINES} known lines, ${name}`, async ({ bench }) => {
    const bodies = makeBodies(8, value);
    const lengths = bodies.map(bodyLength);
    const parser = new TextParser(new KnownLines());
    let sum = 0;
    const parse = (body: Buffer, length: number) => {
      parser.start(body, length);
      let lines = 0;
      while (parser.next() === EntryKind.series) {
        if (parser.known < 0) parser.remember(lines);
        lines++;
        sum ^= parser.valueLow ^ parser.valueHigh ^ parser.known;
      }
      if (lines !== LINES) throw new Error(`${lines} lines`);
    };
    for (let i = 0; i < bodies.length; i++) parse(bodies[i]!, lengths[i]!);
    let round = 0;
    const durations: number[] = [];
    await bench(name, () => {
      const from = performance.now();
      const index = round++ % bodies.length;
      parse(bodies[index]!, lengths[index]!);
      durations.push(performance.now() - from);
    }).run();
    durations.sort((a, b) => a - b);
    const nanoseconds = (ms: number) => ((ms * 1e6) / LINES).toFixed(1);
    const mean = durations.reduce((total, each) => total + each, 0) / durations.length;
    console.log(
      `${name}: median ${nanoseconds(durations[durations.length >> 1]!)} ns a line, mean ${nanoseconds(mean)} (${sum})`,
    );
  });
}
