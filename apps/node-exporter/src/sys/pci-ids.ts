// The pci.ids file: names of PCI vendors, devices, subsystems and classes.
//   8086  Intel Corporation            vendor
//   \t1572  Ethernet Controller X710   device
//   \t\t8086 0001  Adapter             subsystem
//   C 02  Network controller           class, below it subclasses and programming interfaces in the same way
import type { Logger } from '@prometheus-ts/log';
import { isSystemError, readText } from '../files.ts';

const USUAL_PLACES = ['/usr/share/misc/pci.ids', '/usr/share/hwdata/pci.ids'];

/** Names by number, in hexadecimal without a prefix. What has no name is called by its number. */
export class PciNames {
  /** `vendor`, `vendor device`, `vendor device subvendor subdevice`, `C class`, `C class sub`, … */
  readonly #names = new Map<string, string>();

  constructor(text: string) {
    let top = '';
    let second = '';
    for (const line of text.split('\n')) {
      const match = /^(\t{0,2})(C )?([0-9a-f]+(?: [0-9a-f]+)?) {2}(.*)$/i.exec(line);
      if (match === null) continue;
      const [, tabs, classMark, id, name] = match;
      if (tabs === '') {
        top = classMark === undefined ? id!.toLowerCase() : `C ${id!.toLowerCase()}`;
        second = '';
        this.#names.set(top, name!.trim());
      } else if (tabs === '\t') {
        second = `${top} ${id!.toLowerCase()}`;
        this.#names.set(second, name!.trim());
      } else if (second !== '') {
        this.#names.set(`${second} ${id!.toLowerCase()}`, name!.trim());
      }
    }
  }

  vendor(vendor: string): string {
    return this.#names.get(vendor) ?? vendor;
  }

  device(vendor: string, device: string): string {
    return this.#names.get(`${vendor} ${device}`) ?? device;
  }

  subsystem(vendor: string, device: string, subVendor: string, subDevice: string): string {
    return this.#names.get(`${vendor} ${device} ${subVendor} ${subDevice}`) ?? subDevice;
  }

  /** The most exact name of six digits: class, subclass, programming interface. */
  kind(id: string): string {
    const parts = [id.slice(0, 2), id.slice(2, 4), id.slice(4, 6)];
    for (let count = parts.length; count > 0; count--) {
      const name = this.#names.get(`C ${parts.slice(0, count).join(' ')}`);
      if (name !== undefined) return name;
    }
    return `Unknown class (${id})`;
  }
}

/** Reads the file at `path`, or where distributions put it for ''; without one every name is a number. */
export function readPciNames(path: string, log: Logger): PciNames {
  for (const candidate of path === '' ? USUAL_PLACES : [path]) {
    try {
      return new PciNames(readText(candidate));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      log.debug('no names of PCI devices', { file: candidate, err: error });
    }
  }
  return new PciNames('');
}
