// Programs that supervisord runs, by its XML-RPC interface.
import { request } from 'node:http';
import { CodedError } from '@prometheus-ts/model';
import type { CollectorDefinition } from '../collector.ts';
import { gauge } from '../metric.ts';

const LABELS = ['name', 'group'];
const UP = gauge('node_supervisord_up', 'Whether the program runs.', LABELS);
const STATE = gauge('node_supervisord_state', 'State of the program, as supervisord numbers them.', LABELS);
const EXIT_STATUS = gauge('node_supervisord_exit_status', 'How the program ended last.', LABELS);
const START = gauge(
  'node_supervisord_start_time_seconds',
  'When the program started, in seconds since the epoch.',
  LABELS,
);

/** STARTING, RUNNING and STOPPING. */
const RUNNING = new Set([10, 20, 40]);
const CALL =
  '<?xml version="1.0"?><methodCall><methodName>supervisor.getAllProcessInfo</methodName><params/></methodCall>';
const TIMEOUT_MS = 5000;
const ANSWER_LIMIT_BYTES = 16 << 20;

export const supervisord: CollectorDefinition = {
  name: 'supervisord',
  enabledByDefault: false,
  platforms: ['linux', 'darwin'],
  flags: [
    {
      name: 'collector.supervisord.url',
      kind: 'string',
      default: 'http://localhost:9001/RPC2',
      envVar: 'SUPERVISORD_URL',
      help: 'Address of the XML-RPC interface, http://… or unix:///path.',
    },
  ],
  create({ flags, log }) {
    const url = new URL(flags.string('collector.supervisord.url'));
    log.warn('This collector is deprecated and will be removed in the next major version release.');
    return {
      async update(sink) {
        for (const program of parseProcessInfo(await call(url))) {
          const labels = [program.get('name') ?? '', program.get('group') ?? ''];
          const number = (key: string): number => Number(program.get(key) ?? 0);
          const isUp = RUNNING.has(number('state'));
          sink.add(STATE, number('state'), ...labels);
          sink.add(EXIT_STATUS, number('exitstatus'), ...labels);
          sink.add(UP, isUp ? 1 : 0, ...labels);
          if (isUp) sink.add(START, number('start'), ...labels);
        }
      },
    };
  },
};

/** The members of each structure of the answer, as text. Throws CodedError for a fault. */
export function parseProcessInfo(xml: string): Map<string, string>[] {
  if (xml.includes('<fault>')) {
    const reason = /faultString<\/name>\s*<value>(?:<string>)?([^<]*)/.exec(xml)?.[1] ?? 'unknown';
    throw new CodedError('supervisord', `supervisord refused the call: ${reason}`);
  }
  return [...xml.matchAll(/<struct>([\s\S]*?)<\/struct>/g)].map(
    ([, body]) =>
      new Map(
        [...body!.matchAll(/<name>([^<]*)<\/name>\s*<value>(?:<\w+>)?([^<]*)/g)].map(([, name, value]) => [
          name!,
          unescapeXml(value!),
        ]),
      ),
  );
}

function unescapeXml(text: string): string {
  const named = text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'");
  return named.replaceAll('&amp;', '&');
}

function call(url: URL): Promise<string> {
  const target =
    url.protocol === 'unix:'
      ? { socketPath: url.pathname, path: '/RPC2', host: 'unix' }
      : { host: url.hostname, port: url.port || '80', path: url.pathname };
  const auth =
    url.username === ''
      ? {}
      : { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` };
  return new Promise((resolve, reject) => {
    const fail = (message: string): void =>
      reject(
        new CodedError('supervisord', `unable to call supervisord: ${message}`, {
          place: { target: url.host },
        }),
      );
    const headers = { 'Content-Type': 'text/xml', 'Content-Length': Buffer.byteLength(CALL) };
    const asking = request(
      { ...target, ...auth, method: 'POST', headers, timeout: TIMEOUT_MS },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > ANSWER_LIMIT_BYTES) asking.destroy(new Error('the answer is too long'));
        });
        response.on('end', () =>
          response.statusCode === 200 ? resolve(body) : fail(`status ${response.statusCode}`),
        );
      },
    );
    asking.on('timeout', () => asking.destroy(new Error('timeout')));
    asking.on('error', (error) => fail(error.message));
    asking.end(CALL);
  });
}
