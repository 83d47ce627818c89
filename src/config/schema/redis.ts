import { z } from 'zod';
import { filePath, hostPort } from '../units.ts';

const nodes = () => z.array(hostPort()).min(1);

const loginVariable = () =>
  z
    .string()
    .min(1)
    .optional()
    .describe(
      'environment variable that holds `password` or `user:password`, in place of username and passwordFile',
    );

/** Where a Redis is and how it lets us in. */
const place = {
  url: z
    .string()
    .regex(/^(rediss?|unix):\/\//, 'expected redis://, rediss:// or unix:// followed by the address')
    .refine(isRedisAddress, { error: 'expected an address such as redis://127.0.0.1:6379/0' })
    .optional()
    .describe('one Redis'),
  sentinel: z
    .strictObject({
      master: z.string().min(1).describe('the name that the Sentinels know the master by'),
      nodes: nodes().describe('host:port of Sentinels; the others are found through them'),
      username: z.string().min(1).optional().describe('user at the Sentinels'),
      passwordFile: filePath().optional().describe("file with the Sentinels' password"),
      loginVariable: loginVariable(),
    })
    .optional()
    .describe('a master that Redis Sentinel names, in place of a url'),
  cluster: z
    .strictObject({
      nodes: nodes().describe('host:port of nodes; the others are found through them'),
    })
    .optional()
    .describe('a Redis Cluster, in place of a url'),
  username: z.string().min(1).optional().describe('user (ACL); without it the default user'),
  passwordFile: filePath().optional().describe('file with the Redis password, kept out of the URL'),
  loginVariable: loginVariable(),
  tls: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe('speaks TLS with Sentinels, masters and cluster nodes; a rediss:// url does so by itself'),
      caFile: filePath().optional().describe("certificates to trust, PEM; without it the system's"),
      certFile: filePath().optional().describe('own certificate, PEM, where Redis asks for one'),
      keyFile: filePath().optional().describe('its key, PEM'),
      serverName: z
        .string()
        .min(1)
        .optional()
        .describe("the name in Redis's certificate, where it is another"),
    })
    .prefault({}),
};

type Place = z.output<z.ZodObject<typeof place>>;

const KINDS = ['url', 'sentinel', 'cluster'] as const;

function checkPlace(value: Place, context: z.RefinementCtx): void {
  const named = KINDS.filter((kind) => value[kind] !== undefined);
  for (const kind of named.slice(1)) {
    const message = `expected only one of url, sentinel and cluster, but ${named[0]} is set as well`;
    context.addIssue({ code: 'custom', path: [kind], message });
  }
  const { enabled, caFile, certFile, keyFile, serverName } = value.tls;
  const isUsed = enabled || value.url?.startsWith('rediss:');
  if (!isUsed && [caFile, certFile, keyFile, serverName].some((given) => given !== undefined)) {
    const message = 'expected enabled: true, or a rediss:// url, where anything else is set here';
    context.addIssue({ code: 'custom', path: ['tls'], message });
  }
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const message = 'expected certFile and keyFile together';
    context.addIssue({ code: 'custom', path: ['tls'], message });
  }
}

export const redisSchema = z
  .strictObject({
    ...place,
    url: place.url.describe('an existing Redis; without any, `gatehouse up` starts its own'),
    keyPrefix: z
      .string()
      // Braces would change which part of a key Redis Cluster hashes.
      .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'expected letters, digits, dots, colons, dashes and underscores')
      .default('gatehouse')
      .describe('first part of every key in Redis'),
  })
  .superRefine(checkPlace)
  .prefault({});

/** A Redis of one part's own, in place of the one that all share. */
export const ownRedisSchema = z
  .strictObject(place)
  .superRefine(checkPlace)
  .superRefine((value, context) => {
    if (KINDS.some((kind) => value[kind] !== undefined)) return;
    context.addIssue({ code: 'custom', message: 'expected one of url, sentinel and cluster' });
  })
  .optional();

function isRedisAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'unix:' ? url.pathname.length > 1 : url.hostname !== '');
}
