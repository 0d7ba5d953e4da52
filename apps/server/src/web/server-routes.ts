// All routes of the server besides health and metrics: the API, the page, lifecycle, static files.
import type { Logger } from '@prometheus-ts/log';
import { type ReadyState, requireReady, sendError } from '@prometheus-ts/web-config';
import express, { type RequestHandler, type Router } from 'express';
import type { ApiContext } from '../api/context.ts';
import { addApiRoutes } from '../api/router.ts';
import { versionFields } from '../api/status.ts';
import type { ServerOptions } from '../options.ts';
import { federateHandler } from './federate-route.ts';
import { addNotificationRoutes } from './notification-routes.ts';
import type { Notifications } from './notifications.ts';
import { addPage } from './page.ts';

export interface ServerRoutesOptions {
  readonly context: ApiContext;
  readonly notifications: Notifications;
  readonly options: ServerOptions;
  readonly log: Logger;
  readonly ready: () => ReadyState;
  readonly reload: () => Promise<void>;
  readonly quit: () => void;
}

export function addServerRoutes(router: Router, deps: ServerRoutesOptions): void {
  const { context, options, log } = deps;
  const whenReady = requireReady(deps.ready);
  addApiRoutes(router, { context, cors: options.cors, log, whenReady });
  const { lookbackMs } = options.queries;
  router.get('/federate', whenReady, federateHandler(context, lookbackMs, context.registry));
  addNotificationRoutes(router, deps.notifications, options.cors);
  addPage(router, options.pageTitle, options.externalUrl.pathname.replace(/\/$/, ''));
  addLifecycle(router, deps);
  router.get('/version', (_request, response) => {
    const body = `${JSON.stringify(versionFields())}\n`;
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  });
  if (options.userAssets !== '') {
    router.use('/user', express.static(options.userAssets, { dotfiles: 'ignore', redirect: true }));
  }
}

function addLifecycle(router: Router, deps: ServerRoutesOptions): void {
  let quitting = false;
  const quit: RequestHandler = (_request, response) => {
    response.end(quitting ? 'Termination already in progress.' : 'Requesting termination... Goodbye!');
    if (!quitting) response.once('close', deps.quit);
    quitting = true;
  };
  const reload: RequestHandler = async (_request, response) => {
    try {
      await deps.reload();
      response.end();
    } catch (error) {
      deps.log.error('Error reloading config', { err: error });
      sendError(response, 500, `failed to reload config: ${(error as Error).message}`);
    }
  };
  const disabled: RequestHandler = (_request, response) => {
    response.status(403).end('Lifecycle API is not enabled.');
  };
  const wrongMethod: RequestHandler = (_request, response) => {
    response.status(405).end('Only POST or PUT requests allowed');
  };
  for (const [path, handler] of [
    ['/-/quit', quit],
    ['/-/reload', reload],
  ] as const) {
    const allowed = deps.options.lifecycle ? handler : disabled;
    router.post(path, allowed);
    router.put(path, allowed);
    router.get(path, wrongMethod);
  }
}
