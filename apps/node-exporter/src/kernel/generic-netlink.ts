// Generic netlink: families that are named, not numbered. A message starts with | command 1 | version 1 | pad 2 |.
import { attribute, eachAttribute, type NetlinkSocket } from './netlink.ts';

export const GENERIC_HEADER_BYTES = 4;

const CONTROLLER = 16;
const COMMAND_GET_FAMILY = 3;
const Attribute = { familyId: 1, familyName: 2 } as const;

/** The number of a family. Throws CodedError with code ENOENT where the kernel has no such family. */
export function resolveFamily(socket: NetlinkSocket, name: string): number {
  let id = 0;
  const request = genericMessage(COMMAND_GET_FAMILY, 1, [
    attribute(Attribute.familyName, Buffer.from(`${name}\0`)),
  ]);
  socket.request(CONTROLLER, request, false, ({ payload }) => {
    eachAttribute(payload, GENERIC_HEADER_BYTES, (type, value) => {
      if (type === Attribute.familyId) id = value.readUInt16LE(0);
    });
  });
  return id;
}

export function genericMessage(command: number, version: number, attributes: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([command, version, 0, 0]), ...attributes]);
}
