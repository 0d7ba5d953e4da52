// Warm parsing of a 10,000-line body whose values change from scrape to scrape.
import { Random } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { EntryKind } from './entry.ts';
import { KnownLines } from './known-lines.ts';
import { TextParser } from './text-parser.ts';

const LINES = 10_000;
const ROUNDS = 500;
const WARM_UP = 100;

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

test.each(Object.entries({ integers, floats, longFloats }))(
  `parse ${LINES} known lines, %s`,
  (name, value) => {
    const bodies = makeBodies(8, value);
    const lengths = bodies.map(bodyLength);
    const parser = new TextParser(new KnownLines());
    let check = 0;
    const parse = (body: Buffer, length: number) => {
      parser.start(body, length);
      let lines = 0;
      while (parser.next() === EntryKind.series) {
        if (parser.known < 0) parser.remember(lines);
        lines++;
        check ^= parser.valueLow ^ parser.valueHigh ^ parser.known;
      }
      expect(lines).toBe(LINES);
    };
    const durations: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const index = round % bodies.length;
      const from = performance.now();
      parse(bodies[index]!, lengths[index]!);
      if (round >= WARM_UP) durations.push(performance.now() - from);
    }
    durations.sort((a, b) => a - b);
    const nanoseconds = (ms: number) => ((ms * 1e6) / LINES).toFixed(1);
    const mean = durations.reduce((total, each) => total + each, 0) / durations.length;
    console.log(
      `${name}: median ${nanoseconds(durations[durations.length >> 1]!)} ns a line, mean ${nanoseconds(mean)} (${check})`,
    );
  },
);
