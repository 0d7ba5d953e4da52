export {
  createHttpClient,
  type FetchRequest,
  type FetchResult,
  type HttpClient,
  type HttpClientOptions,
} from './client.ts';
export { BODY_TOO_LARGE } from './exchange.ts';
export {
  canonicalHeader,
  checkHttpClient,
  defaultHttpClientConfig,
  type HttpClientConfig,
  httpClientConfigSchema,
  httpClientFields,
} from './http-config.ts';
export { checkUrl, redactUrl, url } from './http-url.ts';
export { ReusableBuffer } from './reusable-buffer.ts';
export { type SecretSource, secretSource } from './secret-source.ts';
export { TLS_VERSIONS, type TlsConfig, type TlsVersion, tlsConfigSchema, tlsVersion } from './tls-config.ts';
