// /api/v1/notifications, and /notifications/live as server-sent events.
import type { RequestHandler, Router } from 'express';
import { successJson } from '../api/answer.ts';
import { type CorsOptions, setCors } from '../api/cors.ts';
import { jsonOf } from '../api/json.ts';
import type { Notifications } from './notifications.ts';

export function addNotificationRoutes(router: Router, notifications: Notifications, cors: CorsOptions): void {
  const list: RequestHandler = (request, response) => {
    setCors(request, response, cors);
    const body = successJson(jsonOf(notifications.current()));
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  };
  const follow: RequestHandler = (request, response) => {
    setCors(request, response, cors);
    response.setHeader('Content-Type', 'text/event-stream');
    response.setHeader('Cache-Control', 'no-cache');
    const unsubscribe = notifications.subscribe((notification) => {
      response.write(`data: ${jsonOf(notification)}\n\n`);
    });
    if (!unsubscribe) {
      response.writeHead(204).end();
      return;
    }
    response.flushHeaders();
    response.once('close', unsubscribe);
  };
  router.get('/api/v1/notifications', list);
  router.get('/api/v1/notifications/live', follow);
}
