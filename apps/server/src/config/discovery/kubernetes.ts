// Kubernetes.
import { boolean, field, list, object, path, string } from '@prometheus-ts/config';
import { defaultHttpClientConfig, httpClientFields, url } from '@prometheus-ts/http-client';
import { quoteGo } from '@prometheus-ts/model';
import { configKey } from '../config-key.ts';
import { httpMechanism, type Problem, role } from './mechanism.ts';

const ROLES = ['node', 'pod', 'service', 'endpoints', 'endpointslice', 'ingress'];

/** Which resources may be selected under which role, in upstream's order. */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  pod: ['pod', 'node'],
  service: ['service'],
  endpointslice: ['pod', 'service', 'endpointslice'],
  endpoints: ['pod', 'service', 'endpoints'],
  node: ['node'],
  ingress: ['ingress'],
};

const shownBoolean = () => field(boolean(), { omitEmpty: false });
const kubernetesRole = (omitEmpty: boolean) => ({
  ...role(ROLES, (written) => `unknown Kubernetes SD role ${written}`),
  omitEmpty,
});

const selector = object('kubernetes.SelectorConfig', {
  role: kubernetesRole(true),
  label: field(string()),
  field: field(string()),
});

interface Selector {
  readonly role: string;
  readonly label: string;
  readonly field: string;
}

export const kubernetes = httpMechanism(
  'kubernetes',
  {
    api_server: field(url()),
    role: kubernetesRole(false),
    kubeconfig_file: field(path(), { omitEmpty: false }),
    ...httpClientFields,
    namespaces: field(
      object('kubernetes.plain', {
        own_namespace: shownBoolean(),
        names: field(list(string()), { omitEmpty: false }),
      }),
    ),
    selectors: field(list(selector)),
    attach_metadata: field(
      object('kubernetes.AttachMetadataConfig', {
        node: shownBoolean(),
        namespace: shownBoolean(),
        deployment: shownBoolean(),
        job: shownBoolean(),
        cronjob: shownBoolean(),
      }),
    ),
  },
  (value): Problem => {
    if (value.role === '') {
      return ['role', 'role missing (one of: pod, service, endpoints, endpointslice, node, ingress)'];
    }
    const { api_server: server, kubeconfig_file: kubeconfig, namespaces } = value;
    const custom = isCustomClient(value);
    if (server !== '' && kubeconfig !== '') {
      return ['kubeconfig_file', "cannot use 'kubeconfig_file' and 'api_server' simultaneously"];
    }
    if (kubeconfig !== '' && custom) {
      return [
        'kubeconfig_file',
        "cannot use a custom HTTP client configuration together with 'kubeconfig_file'",
      ];
    }
    if (server === '' && custom) {
      return [
        undefined,
        "to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
      ];
    }
    if (server !== '' && namespaces.own_namespace) {
      return ['namespaces', "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously"];
    }
    if (kubeconfig !== '' && namespaces.own_namespace) {
      return ['namespaces', "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously"];
    }
    return selectorsProblem(value.role, value.selectors);
  },
);

/** Whether any setting of the HTTP client differs from the default. */
function isCustomClient(value: Readonly<Record<string, unknown>>): boolean {
  const defaults: Readonly<Record<string, unknown>> = defaultHttpClientConfig();
  return Object.keys(defaults).some((name) => configKey(value[name]) !== configKey(defaults[name]));
}

function selectorsProblem(chosen: string, selectors: readonly Selector[]): Problem {
  const seen = new Set<string>();
  for (const { role: resource, label, field: fields } of selectors) {
    if (seen.has(resource)) return ['selectors', `duplicated selector role: ${resource}`];
    seen.add(resource);
    const allowed = SELECTABLE[chosen]!;
    if (!allowed.includes(resource)) {
      return ['selectors', `${chosen} role supports only ${allowed.join(', ')} selectors`];
    }
    const problem = fieldSelectorProblem(fields) ?? labelSelectorProblem(label);
    if (problem !== undefined) return ['selectors', problem];
  }
  return undefined;
}

function fieldSelectorProblem(text: string): string | undefined {
  const term = text.split(',').find((part) => part !== '' && !/^[^=!]*(==|!=|=)/.test(part));
  return term === undefined ? undefined : `invalid selector: '${text}'; can't understand '${term}'`;
}

const KEY = `(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?`;
const VALUE = `(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?`;
const REQUIREMENT = String.raw`\s*(?:!\s*${KEY}|${KEY}\s*(?:(?:==|=|!=)\s*${VALUE}|(?:in|notin)\s*\([^()]*\)|[<>]\s*\d+)?)\s*`;
const LABEL_SELECTOR = new RegExp(`^(?:${REQUIREMENT}(?:,${REQUIREMENT})*)?$`);

function labelSelectorProblem(text: string): string | undefined {
  return LABEL_SELECTOR.test(text) ? undefined : `unable to parse requirement: ${quoteGo(text)}`;
}
