// /proc/net/rpc/nfs and nfsd: lines of a key and numbers. `proc…` lines start with how many numbers follow.
import { fields, lines, malformed } from '../files.ts';

/** Operations of a protocol version in the order of the kernel's numbers. */
export const VERSION_2 =
  'Null GetAttr SetAttr Root Lookup ReadLink Read WrCache Write Create Remove Rename Link SymLink MkDir RmDir ReadDir FsStat'.split(
    ' ',
  );
export const VERSION_3 =
  'Null GetAttr SetAttr Lookup Access ReadLink Read Write Create MkDir SymLink MkNod Remove RmDir Rename Link ReadDir ReadDirPlus FsStat FsInfo PathConf Commit'.split(
    ' ',
  );
export const CLIENT_VERSION_4 =
  'Null Read Write Commit Open OpenConfirm OpenNoattr OpenDowngrade Close Setattr FsInfo Renew SetClientID SetClientIDConfirm Lock Lockt Locku Access Getattr Lookup LookupRoot Remove Rename Link Symlink Create Pathconf StatFs ReadLink ReadDir ServerCaps DelegReturn GetACL SetACL FsLocations ReleaseLockowner Secinfo FsidPresent ExchangeID CreateSession DestroySession Sequence GetLeaseTime ReclaimComplete GetDeviceInfo LayoutGet LayoutCommit LayoutReturn SecinfoNoName TestStateID FreeStateID GetDeviceList BindConnToSession DestroyClientID Seek Allocate DeAllocate LayoutStats Clone'.split(
    ' ',
  );
/** From operation 0 on; '' for those that are not served. */
export const SERVER_VERSION_4 =
  '   Access Close Commit Create DelegPurge DelegReturn GetAttr GetFH Link Lock Lockt Locku Lookup LookupRoot Nverify Open OpenAttr OpenConfirm OpenDgrd PutFH   Read ReadDir ReadLink Remove Rename Renew RestoreFH SaveFH SecInfo SetAttr SetClientID SetClientIDConfirm Verify Write RelLockOwner'.split(
    ' ',
  );

/** The numbers of each line by its key; times in seconds are among those of `th`. */
export function parseRpcStats(text: string, what: string): Map<string, number[]> {
  const stats = new Map<string, number[]>();
  for (const line of lines(text)) {
    const [key, ...rest] = fields(line);
    const numbers = rest.map(Number);
    if (numbers.length === 0 || numbers.some(Number.isNaN)) throw malformed(what, line);
    if (key!.startsWith('proc') && numbers[0] !== numbers.length - 1) throw malformed(what, line);
    stats.set(key!, numbers);
  }
  return stats;
}
