// Which proxy a request takes, if any: the configured one but for `no_proxy`, or what the environment says.
import { CodedError } from '@prometheus-ts/model';
import type { ProxyConfig } from './http-config.ts';
import { usesProxy } from './no-proxy.ts';

export type ProxyChoice = (url: URL) => URL | undefined;

type Environment = Readonly<Record<string, string | undefined>>;

const SCHEMES = new Set(['http:', 'https:', 'socks5:', 'socks5h:']);

/** Throws CodedError (code `proxy`) for a proxy that cannot be used. */
export function chooseProxy(config: ProxyConfig, env: Environment = process.env): ProxyChoice {
  if (config.proxy_from_environment) return fromEnvironment(env);
  if (config.proxy_url === '') return () => undefined;
  const proxy = parseProxy(config.proxy_url);
  if (config.no_proxy === '') return () => proxy;
  return (url) => (usesProxy(config.no_proxy, url) ? proxy : undefined);
}

function fromEnvironment(env: Environment): ProxyChoice {
  const any = (...names: string[]) => names.map((name) => env[name]).find((value) => value) ?? '';
  const optional = (text: string) => (text === '' ? undefined : parseProxy(text));
  const plain = optional(any('HTTP_PROXY', 'http_proxy'));
  const secure = optional(any('HTTPS_PROXY', 'https_proxy'));
  const noProxy = any('NO_PROXY', 'no_proxy');
  return (url) => {
    const proxy = url.protocol === 'https:' ? secure : plain;
    return proxy && usesProxy(noProxy, url) ? proxy : undefined;
  };
}

/** A URL, or `host:port`, which means HTTP. */
function parseProxy(text: string): URL {
  const url = URL.parse(/^[a-z0-9+.-]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url && SCHEMES.has(url.protocol)) return url;
  throw new CodedError('proxy', `invalid proxy address ${JSON.stringify(text.replace(/\/\/.*@/, '//'))}`, {
    hint: 'a proxy is http://host:port, https://host:port or socks5://host:port',
  });
}
