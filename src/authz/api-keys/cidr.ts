import { BlockList, isIP } from 'node:net';

/** Whether an address lies in one of a list of CIDR blocks (RFC 4632, RFC 4291 section 2.3). */
export type AddressMatcher = (address: string) => boolean;

const PREFIX_BITS = { 4: 32, 6: 128 } as const;
const TYPES = { 4: 'ipv4', 6: 'ipv6' } as const;
/** Holds every IPv4 address, also in its IPv6 form (RFC 4291, section 2.5.5.2). */
const IPV4 = new BlockList();
IPV4.addSubnet('0.0.0.0', 0, 'ipv4');

/** Whether a text is an IPv4 or IPv6 address, alone or with the length of a prefix, such as 10.0.0.0/8. */
export function isCidr(text: string): boolean {
  return parse(text) !== undefined;
}

/**
 * @param blocks each as isCidr wants it
 * @returns a matcher that takes `::ffff:10.0.0.1` for 10.0.0.1, and matches nothing that is no address
 */
export function addressMatcher(blocks: readonly string[]): AddressMatcher {
  // Apart: as one list, ::/0 would take every IPv4 address along.
  const lists = { 4: new BlockList(), 6: new BlockList() };
  for (const block of blocks) {
    const parsed = parse(block);
    if (parsed === undefined) throw new RangeError(`${block} is no address and no CIDR block`);
    const { address, family, bits } = parsed;
    lists[family].addSubnet(address, bits, TYPES[family]);
  }
  return (address) => {
    const [plain = ''] = address.split('%', 1); // fe80::1%eth0
    const family = isIP(plain);
    if (family !== 4 && family !== 6) return false;
    const isMapped = family === 6 && IPV4.check(plain, 'ipv6');
    return lists[isMapped ? 4 : family].check(plain, TYPES[family]);
  };
}

function parse(text: string): { address: string; family: 4 | 6; bits: number } | undefined {
  const match = /^([0-9a-fA-F.:]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text);
  const address = match?.[1] ?? '';
  const family = isIP(address);
  if (family !== 4 && family !== 6) return undefined;
  const bits = match?.[2] === undefined ? PREFIX_BITS[family] : Number(match[2]);
  return bits <= PREFIX_BITS[family] ? { address, family, bits } : undefined;
}
