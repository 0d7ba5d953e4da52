// The grouping key in a push's path: `/metrics/job/<job>{/<label>/<value>}`, where a name that ends in `@base64`
// says that its value is base64url. The path arrives percent-decoded, as one string behind `/metrics`.
import { compareStrings } from '@prometheus-ts/model';
import { RequestError } from '@prometheus-ts/web-config';

const BASE64_SUFFIX = '@base64';
const BASE64_URL = /^[A-Za-z0-9_-]*$/;
const LEGACY_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** A name in the escaping scheme `values`: `U__` and then legacy characters, others as `_<hex>_`. */
const ESCAPED_NAME = /^U__/;

/** The labels that name a group, and a string that is equal exactly for equal labels. */
export interface GroupingKey {
  /** `[name, value, …]`, names sorted. */
  readonly labels: readonly string[];
  readonly text: string;
}

/** Throws RequestError 400 with upstream's texts. */
export function parseGroupingKey(path: string, utf8Names: boolean): GroupingKey {
  const [, jobName = '', job = '', ...rest] = path.split('/');
  const labels = new Map<string, string>();
  const isBase64 = jobName === `job${BASE64_SUFFIX}`;
  const jobValue = isBase64 ? decodeBase64(job) : job;
  if (jobValue === undefined)
    throw new RequestError(400, `invalid base64 encoding in job name ${JSON.stringify('')}: ${BAD_BASE64}`);
  if (rest.length % 2 !== 0) {
    throw new RequestError(
      400,
      `odd number of components in label string ${JSON.stringify(`/${rest.join('/')}`)}`,
    );
  }
  for (let i = 0; i < rest.length; i += 2) addLabel(labels, rest[i]!, rest[i + 1]!, utf8Names);
  if (jobValue === '') throw new RequestError(400, 'job name is required');
  labels.set('job', jobValue);
  return groupingKeyOf(labels);
}

export function groupingKeyOf(labels: ReadonlyMap<string, string>): GroupingKey {
  const names = [...labels.keys()].sort(compareStrings);
  const flat = names.flatMap((name) => [name, labels.get(name)!]);
  return { labels: flat, text: flat.join('\xff') };
}

const BAD_BASE64 = 'illegal base64 data';

function addLabel(labels: Map<string, string>, name: string, value: string, utf8Names: boolean): void {
  const isBase64 = name.endsWith(BASE64_SUFFIX);
  const trimmed = isBase64 ? name.slice(0, -BASE64_SUFFIX.length) : name;
  const plain = utf8Names ? unescapeName(trimmed) : trimmed;
  const valid = utf8Names ? plain !== '' : LEGACY_LABEL_NAME.test(plain);
  if (!valid || trimmed.startsWith('__')) {
    throw new RequestError(400, `improper label name ${JSON.stringify(trimmed)}`);
  }
  const decoded = isBase64 ? decodeBase64(value) : value;
  if (decoded === undefined) {
    const pair = `${trimmed}=${JSON.stringify(value)}`;
    throw new RequestError(400, `invalid base64 encoding for label ${pair}: ${BAD_BASE64}`);
  }
  labels.set(plain, decoded);
}

/** Base64url without regard to padding; undefined where it is none. */
function decodeBase64(text: string): string | undefined {
  const unpadded = text.replace(/=+$/, '');
  if (!BASE64_URL.test(unpadded) || unpadded.length % 4 === 1) return undefined;
  return Buffer.from(unpadded, 'base64url').toString('utf8');
}

/** Undoes the escaping scheme `values`; a name that is not wholly in it stays as it is. */
function unescapeName(name: string): string {
  if (!ESCAPED_NAME.test(name)) return name;
  let plain = '';
  for (let at = 3; at < name.length; ) {
    if (name[at] !== '_') {
      plain += name[at++];
    } else if (name[at + 1] === '_') {
      plain += '_';
      at += 2;
    } else {
      const escaped = /^_([0-9a-f]{1,6})_/.exec(name.slice(at, at + 8));
      const code = escaped ? Number.parseInt(escaped[1]!, 16) : Number.NaN;
      if (!escaped || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return name;
      plain += String.fromCodePoint(code);
      at += escaped[0].length;
    }
  }
  return plain;
}
