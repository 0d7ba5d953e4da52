// Cross-origin use of the API.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Regexp } from '@prometheus-ts/regexp';

/** Origins that may use the API: all of them, or those that the expression matches. */
export interface CorsOptions {
  /** `--web.cors.origin`, anchored. */
  readonly origin: Regexp;
  /** Whether the expression is `.*`. */
  readonly any: boolean;
}

export function setCors(request: IncomingMessage, response: ServerResponse, options: CorsOptions): void {
  response.appendHeader('Vary', 'Origin');
  const { origin } = request.headers;
  if (!origin) return;
  response.setHeader('Access-Control-Allow-Headers', 'Accept, Authorization, Content-Type, Origin');
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  response.setHeader('Access-Control-Expose-Headers', 'Date');
  if (options.any) response.setHeader('Access-Control-Allow-Origin', '*');
  else if (options.origin.matches(origin)) response.setHeader('Access-Control-Allow-Origin', origin);
}
