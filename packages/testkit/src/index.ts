export { type Certificate, type CertificateOptions, makeCertificate } from './certificate.ts';
export { eventually } from './eventually.ts';
export { freePort } from './free-port.ts';
export { ManualClock } from './manual-clock.ts';
export { Random } from './random.ts';
export {
  corpusFolder,
  corpusPath,
  describeCorpus,
  describePeers,
  describeWhen,
  findProgram,
} from './requirements.ts';
export { makeTemporaryFolder, temporaryFolder } from './temporary-folder.ts';
