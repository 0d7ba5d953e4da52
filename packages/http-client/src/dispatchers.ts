// Undici's dispatchers for one configuration: a direct one and one for each proxy in use, made anew when
// certificates change. Old ones finish what they have begun.
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import type { HttpClientConfig, ProxyConfig } from './http-config.ts';
import { chooseProxy, type ProxyChoice } from './proxy.ts';
import { plainConnector } from './reused-reads.ts';
import type { TlsConfig } from './tls-config.ts';
import { type CurrentTls, TlsSettings } from './tls-options.ts';

export interface TransportConfig extends ProxyConfig {
  readonly tls_config: TlsConfig;
}

export interface TransportOptions {
  readonly http2: boolean;
  /** More requests to one host wait. */
  readonly connectionsPerHost: number;
  readonly keepAliveMs: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Proxies come from the configuration; there are never many. */
const MAX_DISPATCHERS = 16;

export class Dispatchers {
  readonly #config: TransportConfig;
  readonly #options: TransportOptions;
  readonly #tls: TlsSettings;
  readonly #proxyFor: ProxyChoice;
  readonly #made = new Map<string, Dispatcher>();
  #tlsVersion = '';

  constructor(config: TransportConfig, options: TransportOptions) {
    this.#config = config;
    this.#options = options;
    this.#tls = new TlsSettings(config.tls_config);
    this.#proxyFor = chooseProxy(config);
  }

  /** Throws CodedError when certificates cannot be used. */
  for(url: URL): Dispatcher {
    const tls = this.#tls.current();
    if (tls.version !== this.#tlsVersion) {
      this.#retire();
      this.#tlsVersion = tls.version;
    }
    const proxy = this.#proxyFor(url);
    const key = proxy ? `${proxy.href} ${url.protocol}` : '';
    let dispatcher = this.#made.get(key);
    if (!dispatcher) {
      dispatcher = proxy ? this.#throughProxy(proxy, url.protocol === 'https:', tls) : this.#direct(tls);
      if (this.#made.size >= MAX_DISPATCHERS) this.#retire();
      this.#made.set(key, dispatcher);
    }
    return dispatcher;
  }

  async close(): Promise<void> {
    const all = [...this.#made.values()];
    this.#made.clear();
    await Promise.all(all.map((dispatcher) => dispatcher.close()));
  }

  /** Cuts what is under way. */
  async destroy(): Promise<void> {
    const all = [...this.#made.values()];
    this.#made.clear();
    await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
  }

  #retire(): void {
    for (const dispatcher of this.#made.values()) dispatcher.close().catch(() => {});
    this.#made.clear();
  }

  #shared(): Agent.Options {
    return {
      connections: this.#options.connectionsPerHost,
      keepAliveTimeout: this.#options.keepAliveMs,
      keepAliveMaxTimeout: this.#options.keepAliveMs,
      pipelining: 1,
      allowH2: this.#options.http2,
    };
  }

  #direct(tls: CurrentTls): Dispatcher {
    const plain = plainConnector(CONNECT_TIMEOUT_MS);
    const secure = buildConnector({
      ...tls.options,
      timeout: CONNECT_TIMEOUT_MS,
      allowH2: this.#options.http2,
      preferH2: this.#options.http2,
    });
    return new Agent({
      ...this.#shared(),
      connect: (options, callback) =>
        options.protocol === 'https:' ? secure(options, callback) : plain(options, callback),
    });
  }

  /** Headers of `proxy_connect_header` go with CONNECT only: plain requests are forwarded without them. */
  #throughProxy(proxy: URL, tunnel: boolean, tls: CurrentTls): Dispatcher {
    const { servername: _target, ...proxyTls } = tls.options;
    return new ProxyAgent({
      ...this.#shared(),
      uri: proxy.href.replace(/^socks5h:/, 'socks5:'),
      connectTimeout: CONNECT_TIMEOUT_MS,
      headers: tunnel ? connectHeaders(this.#config) : {},
      requestTls: { ...tls.options, allowH2: this.#options.http2, preferH2: this.#options.http2 },
      proxyTls: { ...proxyTls, allowH2: false },
    });
  }
}

function connectHeaders(config: ProxyConfig): Record<string, string | string[]> {
  return Object.fromEntries(
    [...config.proxy_connect_header].map(([name, values]) => [name, values.map((value) => value.reveal())]),
  );
}

/** Upstream's limits for a client of `http_config`. */
export function clientTransport(config: HttpClientConfig, connectionsPerHost: number): Dispatchers {
  return new Dispatchers(config, { http2: config.enable_http2, connectionsPerHost, keepAliveMs: 300_000 });
}
