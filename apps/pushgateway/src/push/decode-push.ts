// A push's body: its encoding undone within a bound, then parsed by what its content type says it is.
import {
  isDelimitedProtobuf,
  type MetricFamily,
  readFamilies,
  readProtobufFamilies,
} from '@prometheus-ts/exposition';
import { CodedError } from '@prometheus-ts/model';
import { RequestError, readBody } from '@prometheus-ts/web-config';
import type { Request } from 'express';

export interface DecodeOptions {
  readonly maxBytes: number;
  readonly utf8Names: boolean;
}

/** Rejects with RequestError: 400 for what does not parse (with line and column), 413 for what is too large. */
export async function decodePush(
  request: Request,
  options: DecodeOptions,
): Promise<Map<string, MetricFamily>> {
  const body = await readBody(request, options.maxBytes);
  try {
    if (isDelimitedProtobuf(request.headers['content-type'] ?? '')) return readProtobufFamilies(body);
    return readFamilies(body, { utf8Names: options.utf8Names });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { column, offset } = error.place;
    throw new RequestError(400, `${error.message} (${column ? `column ${column}` : `offset ${offset}`})`);
  }
}
