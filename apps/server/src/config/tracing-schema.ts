// The section `tracing`.
import {
  boolean,
  duration,
  enumeration,
  field,
  float,
  map,
  object,
  string,
  type TypeOf,
} from '@prometheus-ts/config';
import { tlsConfigSchema } from '@prometheus-ts/http-client';
import { reservedHeader } from './headers.ts';

const GZIP = 'gzip';

export const tracingSchema = object(
  'config.plain',
  {
    client_type: field(
      enumeration(
        ['http', 'grpc'],
        (written) => `expected tracing client type to be to be http or grpc, but got ${written}`,
      ),
      { default: 'grpc' },
    ),
    endpoint: field(string()),
    sampling_fraction: field(float()),
    insecure: field(boolean()),
    tls_config: field(tlsConfigSchema),
    headers: field(map(string())),
    compression: field(string()),
    timeout: field(duration()),
  },
  {
    check(value, report) {
      for (const name of value.headers.keys()) {
        if (name.toLowerCase() === 'authorization') {
          report('headers', 'custom authorization header configuration is not yet supported');
        } else {
          const problem = reservedHeader(name);
          if (problem !== undefined) report('headers', problem);
        }
      }
      if (value.endpoint === '') report('endpoint', 'tracing endpoint must be set');
      if (value.compression !== '' && value.compression !== GZIP) {
        report(
          'compression',
          `invalid compression type ${value.compression} provided, valid options: ${GZIP}`,
        );
      }
      return undefined;
    },
  },
);
export type TracingConfig = TypeOf<typeof tracingSchema>;
