// Parameters of a request, read as Go's net/http reads them: those of the body before those of the query
// string, names repeatable, pairs that cannot be decoded left out.
import type { IncomingMessage } from 'node:http';
import { CodedError, quoteGo } from '@prometheus-ts/model';

/** Largest form body. */
const MAX_FORM_BYTES = 10 * 1024 * 1024;

export class Form {
  readonly #values: Map<string, string[]>;
  /** What could not be decoded; only some handlers mind. */
  readonly error: Error | undefined;

  constructor(values: Map<string, string[]>, error: Error | undefined) {
    this.#values = values;
    this.error = error;
  }

  /** The first value, '' where there is none. */
  get(name: string): string {
    return this.#values.get(name)?.[0] ?? '';
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}

export interface RequestForm {
  /** Body and query string together. */
  readonly form: Form;
  /** The query string alone. */
  readonly query: Form;
}

/**
 * Reads the body of a POST, PUT or PATCH that carries a form.
 * @throws CodedError `form-too-large`
 */
export async function readForm(request: IncomingMessage): Promise<RequestForm> {
  const mark = request.url!.indexOf('?');
  const queryText = mark < 0 ? '' : request.url!.slice(mark + 1);
  const query = new Map<string, string[]>();
  const queryError = decodeInto(query, queryText);
  const queryForm = new Form(query, queryError);
  if (!carriesForm(request)) return { form: queryForm, query: queryForm };
  const values = new Map<string, string[]>();
  const bodyError = await decodeBody(values, request);
  for (const [name, list] of query) values.set(name, [...(values.get(name) ?? []), ...list]);
  return { form: new Form(values, bodyError ?? queryError), query: queryForm };
}

function carriesForm(request: IncomingMessage): boolean {
  return request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH';
}

async function decodeBody(
  values: Map<string, string[]>,
  request: IncomingMessage,
): Promise<Error | undefined> {
  const contentType = request.headers['content-type'] ?? '';
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' && type !== 'multipart/form-data') return undefined;
  const body = await readBody(request);
  if (type === 'application/x-www-form-urlencoded') return decodeInto(values, body.toString('utf8'));
  try {
    const parts = await new Response(body, { headers: { 'content-type': contentType } }).formData();
    for (const [name, value] of parts) if (typeof value === 'string') add(values, name, value);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_FORM_BYTES) {
      throw new CodedError('form-too-large', 'http: POST too large', {
        hint: `the body of a form may have ${MAX_FORM_BYTES} bytes`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks) as Buffer<ArrayBuffer>;
}

/** Adds the pairs of an encoded form; returns the first error, and goes on after it. */
export function decodeInto(values: Map<string, string[]>, text: string): Error | undefined {
  let firstError: Error | undefined;
  if (text === '') return undefined;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    if (pair.includes(';')) {
      firstError ??= new Error('invalid semicolon separator in query');
      continue;
    }
    const equals = pair.indexOf('=');
    try {
      const name = unescapeQuery(equals < 0 ? pair : pair.slice(0, equals));
      add(values, name, equals < 0 ? '' : unescapeQuery(pair.slice(equals + 1)));
    } catch (error) {
      firstError ??= error as Error;
    }
  }
  return firstError;
}

function add(values: Map<string, string[]>, name: string, value: string): void {
  const list = values.get(name);
  if (list) list.push(value);
  else values.set(name, [value]);
}

const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2}).{0,2}/su;

/** Decodes `+` and %XX. Bytes that are no UTF-8 become U+FFFD. Throws Error as Go words it. */
export function unescapeQuery(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  const bad = BAD_ESCAPE.exec(spaced);
  if (bad) throw new Error(`invalid URL escape ${quoteGo(bad[0])}`);
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeBytes(spaced);
  }
}

function decodeBytes(text: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; ) {
    if (text[i] === '%') {
      bytes.push(Number.parseInt(text.slice(i + 1, i + 3), 16));
      i += 3;
    } else {
      const character = String.fromCodePoint(text.codePointAt(i)!);
      bytes.push(...Buffer.from(character));
      i += character.length;
    }
  }
  return Buffer.from(bytes).toString('utf8');
}
