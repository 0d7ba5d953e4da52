// /proc/cpuinfo: one block of `name : value` lines for each processor. The architectures name their fields
// differently; what a field is called here is what x86 calls it.
import { parseNumber, parseUint } from '../files.ts';

export interface CpuInfo {
  processor: number;
  vendor: string;
  family: string;
  model: string;
  modelName: string;
  microcode: string;
  stepping: string;
  cacheSize: string;
  physicalId: string;
  coreId: string;
  megahertz: number;
  flags: readonly string[];
  bugs: readonly string[];
}

function emptyCpu(): CpuInfo {
  return {
    processor: 0,
    vendor: '',
    family: '',
    model: '',
    modelName: '',
    microcode: '',
    stepping: '',
    cacheSize: '',
    physicalId: '',
    coreId: '',
    megahertz: 0,
    flags: [],
    bugs: [],
  };
}

/** One record for each processor, in the order of the file. Fields before the first processor hold for all. */
export function parseCpuInfo(text: string): CpuInfo[] {
  const cpus: CpuInfo[] = [];
  const common = emptyCpu();
  let current = common;
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (name === 'processor' || /^processor\s+\d+$/.test(name)) {
      // s390x writes `processor 0: version = …`, all others `processor : 0`.
      const number = name === 'processor' ? value : name.slice('processor'.length).trim();
      current = { ...common, processor: parseUint(number, '/proc/cpuinfo') };
      cpus.push(current);
    } else {
      setField(current, cpus, name, value);
    }
  }
  return cpus;
}

function setField(cpu: CpuInfo, cpus: CpuInfo[], name: string, value: string): void {
  switch (name) {
    case 'vendor':
    case 'vendor_id':
      cpu.vendor = value;
      break;
    case 'cpu family':
      cpu.family = value;
      break;
    case 'model':
      cpu.model = value;
      break;
    case 'model name':
    case 'Processor':
    case 'cpu':
      cpu.modelName = value;
      break;
    case 'stepping':
      cpu.stepping = value;
      break;
    case 'microcode':
      cpu.microcode = value;
      break;
    case 'cache size':
      cpu.cacheSize = value;
      break;
    case 'physical id':
      cpu.physicalId = value;
      break;
    case 'core id':
      cpu.coreId = value;
      break;
    case 'cpu MHz':
    case 'clock':
      cpu.megahertz = parseNumber(value.replace(/MHz$/, ''), '/proc/cpuinfo');
      break;
    case 'flags':
    case 'features':
    case 'Features':
      cpu.flags = value.split(/\s+/);
      // ARM kernels print the features once, after the last processor, or for each.
      for (const earlier of cpus) if (earlier.flags.length === 0) earlier.flags = cpu.flags;
      break;
    case 'bugs':
      cpu.bugs = value === '' ? [] : value.split(/\s+/);
      break;
  }
}
