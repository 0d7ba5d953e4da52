// Amazon: EC2, Lightsail, ECS, RDS, MSK, ElastiCache, and the mechanism that stands for all of them.
import { duration, field, integer, list, object, secret, string } from '@prometheus-ts/config';
import { httpClientFields } from '@prometheus-ts/http-client';
import { httpMechanism, type Problem, port, refresh, role, shownText } from './mechanism.ts';

const filter = object('aws.Filter', {
  name: shownText(),
  values: field(list(string()), { omitEmpty: false }),
});

const credentials = {
  access_key: field(string()),
  secret_key: field(secret()),
  profile: field(string()),
  role_arn: field(string()),
  external_id: field(string()),
};

function filterProblem(filters: readonly { readonly values: readonly string[] }[]): Problem {
  const empty = filters.some(({ values }) => values.length === 0);
  return empty ? ['filters', 'EC2 SD configuration filter values cannot be empty'] : undefined;
}

export const ec2 = httpMechanism(
  'aws',
  {
    endpoint: shownText(),
    region: shownText(),
    ...credentials,
    refresh_interval: refresh(60),
    port: port(),
    filters: field(list(filter), { omitEmpty: false }),
    ...httpClientFields,
  },
  ({ filters }) => filterProblem(filters),
);

export const lightsail = httpMechanism('aws', {
  endpoint: shownText(),
  region: shownText(),
  ...credentials,
  refresh_interval: refresh(60),
  port: port(),
  ...httpClientFields,
});

const clustered = {
  region: shownText(),
  endpoint: shownText(),
  ...credentials,
  clusters: field(list(string())),
  port: port(),
  refresh_interval: refresh(60),
};

const concurrency = (requests: number) => ({
  request_concurrency: field(integer(), { default: requests }),
});

export const ecs = httpMechanism('aws', { ...clustered, ...concurrency(20), ...httpClientFields });

export const rds = httpMechanism('aws', {
  ...clustered,
  filters: field(list(filter), { omitEmpty: false }),
  ...concurrency(10),
  ...httpClientFields,
});

export const msk = httpMechanism('aws', { ...clustered, ...concurrency(10), ...httpClientFields });

export const elasticache = httpMechanism('aws', { ...clustered, ...concurrency(10), ...httpClientFields });

const ROLES = ['ec2', 'ecs', 'elasticache', 'lightsail', 'msk', 'rds'];

export const aws = httpMechanism(
  'aws',
  {
    role: role(ROLES, (written) => `unknown AWS SD role ${written}`),
    region: field(string()),
    endpoint: field(string()),
    ...credentials,
    refresh_interval: field(duration()),
    port: field(integer()),
    ...httpClientFields,
    filters: field(list(filter)),
    clusters: field(list(string())),
  },
  ({ role: chosen }) => (chosen === '' ? ['role', 'unknown AWS SD role ""'] : undefined),
);
