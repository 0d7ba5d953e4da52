// --web.external-url and --web.route-prefix.
import { hostname } from 'node:os';
import { splitHostPort } from '../api/global-url.ts';

/**
 * The URL under which this server is reached; its path has no slash at the end.
 * Throws Error for what is no URL.
 */
export function computeExternalUrl(given: string, listenAddress: string): URL {
  const text = given === '' ? `http://${hostname()}:${splitHostPort(listenAddress).port}/` : given;
  if (/^["']|["']$/.test(text)) throw new Error('URL must not begin or end with quotes');
  const url = new URL(
    /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text.replace(/^\/*/, `${hostname()}/`)}`,
  );
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** The prefix of all routes: '' or `/x/y`. */
export function routePrefix(given: string, externalUrl: URL): string {
  const path = (given === '' ? externalUrl.pathname : given).replace(/^\/+|\/+$/g, '');
  return path === '' ? '' : `/${path}`;
}
