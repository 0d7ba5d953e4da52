export { formatHostPort, isLoopback, type ListenAddress, parseListenAddress } from './address.ts';
export { limitDeclaredBody, RequestError, readBody } from './body.ts';
export { failureHandler, notFound, sendError } from './failures.ts';
export { type HealthTexts, type ReadyState, requireReady } from './health.ts';
export {
  escapeHtml,
  type LandingInput,
  type LandingLink,
  type LandingPage,
  renderLandingPage,
} from './landing-page.ts';
export { type Listener, type ListenOptions, listen } from './listen.ts';
export { type MetricsOptions, metricsHandler, sendFamilies } from './metrics-endpoint.ts';
export { findPortOwner, type PortOwner } from './port-owner.ts';
export { type RequestMetricsOptions, requestMetrics } from './request-metrics.ts';
export { addBuildInfo, addRuntimeMetrics } from './runtime-metrics.ts';
export { createWebApp, type WebAppOptions } from './web-app.ts';
export { webFlags } from './web-flags.ts';
