// The explicit list of discovery mechanisms by the names that configuration files use, in the order in which
// they are printed.
import * as amazon from './aws.ts';
import * as clouds from './clouds.ts';
import { kubernetes } from './kubernetes.ts';
import * as registries from './registries.ts';

export const MECHANISMS = {
  aws: amazon.aws,
  azure: clouds.azure,
  consul: registries.consul,
  digitalocean: clouds.digitalocean,
  dns: registries.dns,
  docker: registries.docker,
  dockerswarm: registries.dockerswarm,
  ec2: amazon.ec2,
  ecs: amazon.ecs,
  elasticache: amazon.elasticache,
  eureka: registries.eureka,
  file: registries.file,
  gce: clouds.gce,
  hetzner: clouds.hetzner,
  http: registries.http,
  ionos: clouds.ionos,
  kubernetes,
  kuma: registries.kuma,
  lightsail: amazon.lightsail,
  linode: clouds.linode,
  marathon: registries.marathon,
  msk: amazon.msk,
  nerve: registries.nerve,
  nomad: registries.nomad,
  oci: clouds.oci,
  openstack: clouds.openstack,
  outscale: clouds.outscale,
  ovhcloud: clouds.ovhcloud,
  puppetdb: registries.puppetdb,
  rds: amazon.rds,
  scaleway: clouds.scaleway,
  serverset: registries.serverset,
  stackit: clouds.stackit,
  triton: registries.triton,
  uyuni: registries.uyuni,
  vultr: clouds.vultr,
} as const;
export type MechanismName = keyof typeof MECHANISMS;
