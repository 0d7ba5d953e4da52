// The first web page: static files, no request to any other host, a strict content security policy.
import { escapeHtml } from '@prometheus-ts/web-config';
import type { RequestHandler, Router } from 'express';
import { pageFile } from '../worker-entry.ts';

const TYPES: Readonly<Record<string, string>> = {
  'page.js': 'text/javascript; charset=utf-8',
  'graph.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
};

/** `style-src 'self'` without inline styles; everything that is not named is refused. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Adds the page at /query, its files below /assets, and the redirects that lead to it. */
export function addPage(router: Router, title: string, externalPath: string): void {
  const html = Buffer.from(
    pageFile('index.html').toString('utf8').replace('TITLE_PLACEHOLDER', escapeHtml(title)),
  );
  router.get('/', (_request, response) => response.redirect(302, `${externalPath}/query`));
  router.get('/graph', (request, response) => {
    const mark = request.url.indexOf('?');
    response.redirect(302, `${externalPath}/query${mark < 0 ? '' : request.url.slice(mark)}`);
  });
  router.get('/query', serve(html, 'text/html; charset=utf-8'));
  const icon = serve(pageFile('favicon.svg'), 'image/svg+xml');
  router.get('/favicon.svg', icon);
  router.get('/favicon.ico', icon);
  for (const [name, type] of Object.entries(TYPES))
    router.get(`/assets/${name}`, serve(pageFile(name), type));
}

function serve(body: Buffer, type: string): RequestHandler {
  return (_request, response) => {
    response.writeHead(200, {
      'Content-Type': type,
      'Content-Length': body.length,
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    });
    response.end(body);
  };
}
