// A program instrumented with the official Python client, as the getting-started guides have it.
import { execFileSync } from 'node:child_process';
import { Daemon } from './daemon.ts';

/** Debian's Python, the one that has the package python3-prometheus-client. */
const PYTHON = '/usr/bin/python3';

export function pythonClientPresent(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import prometheus_client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const PROGRAM = `
import sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from prometheus_client import Counter, Histogram, start_http_server

REQUESTS = Counter('hello_world_total', 'Hello Worlds requested.')
LATENCY = Histogram('hello_world_latency_seconds', 'Time for a Hello World.')

class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        with LATENCY.time():
            REQUESTS.inc()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'Hello World')
    def log_message(self, *args):
        pass

start_http_server(int(sys.argv[1]), addr='127.0.0.1')
HTTPServer(('127.0.0.1', int(sys.argv[2])), Hello).serve_forever()
`;

/** Serves /metrics on one port and counts requests to the other. */
export function startPythonProgram(metricsPort: number, appPort: number): Promise<Daemon> {
  return Daemon.start({
    command: PYTHON,
    args: ['-c', PROGRAM, String(metricsPort), String(appPort)],
    readyUrl: `http://127.0.0.1:${metricsPort}/metrics`,
  });
}
