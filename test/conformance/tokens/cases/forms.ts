import { claimsOf, part, signToken } from '../../../support/json-web-token.ts';
import { honest, hostile, rsaToken, tokenOf } from '../case.ts';
import { ISSUERS, type World } from '../world.ts';

const malformed = 'token_malformed';
/** It does not even look like a token. */
const formless = 'malformed';
const header = (members: string) => `{"alg":"RS256","kid":"rsa-1",${members}}`;
/** What a text of a token is if its payload is written by hand. */
const withPayload = (world: World, payload: string | Buffer) => signToken(world.rsa, payload);
const payloadText = (more: string) => JSON.stringify(claimsOf(ISSUERS.rsa)).replace('{', `{${more},`);

/** The signature is over the changed text, as it would be if the issuer were careless. */
function rewritten(
  world: World,
  rewrite: (headerPart: string, payloadPart: string) => [string, string],
): string {
  const [first = '', second = ''] = rsaToken(world).split('.');
  const input = rewrite(first, second).join('.');
  return `${input}.${world.rsa.sign(input).toString('base64url')}`;
}

/** The last character of a part whose length leaves bits over, changed in those bits. */
function withSpareBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(text.at(-1) ?? '');
  return text.slice(0, -1) + alphabet.charAt(last ^ 1);
}

/** Tokens that two readers could understand differently, or that are none. */
export const formCases = [
  honest('white space in the JSON of its header', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa), ' {\n"alg" : "RS256",\t"kid":"rsa-1" } '),
  ),
  honest('members of its header that nobody knows', (world) => rsaToken(world, {}, { 'x-note': [1, 2] })),

  hostile(malformed, 'a duplicate alg', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa), header('"alg":"none"')),
  ),
  hostile(malformed, 'a duplicate kid', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa), header('"kid":"other"')),
  ),
  hostile(malformed, 'a duplicate alg, one of them escaped', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa), header('"\\u0061lg":"none"')),
  ),
  hostile(malformed, 'a duplicate sub', (world) => withPayload(world, payloadText('"sub":"admin"'))),
  hostile(malformed, 'a duplicate sub, one of them escaped', (world) =>
    withPayload(world, payloadText('"s\\u0075b":"admin"')),
  ),
  hostile(malformed, 'a duplicate exp', (world) => withPayload(world, payloadText('"exp":9999999999'))),
  hostile(malformed, 'a duplicate within permissions', (world) =>
    withPayload(world, payloadText('"permissions":{"allowed_skills":[],"allowed_skills":["pdf"]}')),
  ),

  hostile(formless, 'padding after its header', (world) => rewritten(world, (a, b) => [`${a}=`, b])),
  hostile(formless, 'padding after its payload', (world) => rewritten(world, (a, b) => [a, `${b}==`])),
  hostile(formless, 'padding after its signature', (world) => `${rsaToken(world)}==`),
  hostile(malformed, 'bits left over in its header', (world) =>
    // 34 bytes leave four bits over.
    rewritten(world, (_, b) => [withSpareBits(part('{"alg":"RS256","kid":"rsa-1" }    ')), b]),
  ),
  hostile(malformed, 'bits left over in its signature', (world) => withSpareBits(rsaToken(world))),
  hostile(formless, 'the other alphabet of base64', (world) => {
    const payload = JSON.stringify(claimsOf(ISSUERS.rsa, { note: '???>>>' }));
    return rewritten(world, (a) => [a, Buffer.from(payload).toString('base64').replaceAll('=', '')]);
  }),
  hostile('unsupported_scheme', 'a space in its header', (world) =>
    rewritten(world, (a, b) => [`${a.slice(0, 8)} ${a.slice(8)}`, b]),
  ),
  hostile(formless, 'a space in its payload, as x-api-key', (world) => ({
    'x-api-key': rewritten(world, (a, b) => [a, `${b.slice(0, 8)} ${b.slice(8)}`]),
  })),
  hostile(formless, 'a line break in its signature, as x-api-key', (world) => ({
    'x-api-key': rsaToken(world).replace(/.{10}$/, '\n$&'),
  })),
  hostile(formless, 'an invisible character in its payload, as x-api-key', (world) => ({
    'x-api-key': rewritten(world, (a, b) => [a, `${b.slice(0, 8)}\u00a0${b.slice(8)}`]),
  })),
  hostile(formless, 'a percent-encoded dot', (world) => rsaToken(world).replace('.', '%2e')),

  hostile(formless, 'two parts', (world) => rsaToken(world).split('.').slice(0, 2).join('.')),
  hostile(formless, 'one part', (world) => rsaToken(world).split('.')[0] ?? ''),
  hostile(formless, 'four parts', (world) => `${rsaToken(world)}.e30`),
  hostile(formless, 'a dot at its end', (world) => `${rsaToken(world)}.`),
  hostile(formless, 'a dot at its start', (world) => `.${rsaToken(world)}`),
  hostile(malformed, 'an empty payload', (world) => withPayload(world, '')),
  hostile(formless, 'nothing but dots', () => '..'),
  hostile(malformed, 'an encrypted token', () =>
    [part({ alg: 'RSA-OAEP', enc: 'A256GCM' }), part('key'), part('iv'), part('text'), part('tag')].join('.'),
  ),
  hostile(formless, 'JSON serialization, as x-api-key', (world) => {
    const [protectedHeader, payload, signature] = rsaToken(world).split('.');
    // Commas would make it two headers.
    return { 'x-api-key': JSON.stringify({ payload, protectedHeader, signature }).replaceAll(',', ' ') };
  }),

  hostile(malformed, 'a list as header', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa), '[{"alg":"RS256"}]'),
  ),
  hostile(malformed, 'a header that is no JSON', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa), 'alg=RS256'),
  ),
  hostile(malformed, 'a header that starts with a byte order mark', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa), '\ufeff{"alg":"RS256","kid":"rsa-1"}'),
  ),
  hostile(malformed, 'something after the JSON of its header', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa), '{"alg":"RS256","kid":"rsa-1"}{}'),
  ),
  hostile(malformed, 'a header with 40 members', (world) =>
    rsaToken(world, {}, Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`m${n}`, n]))),
  ),
  hostile(malformed, 'a header nested ten deep', (world) =>
    rsaToken(world, {}, { a: [[[[[[[[[[1]]]]]]]]]] }),
  ),
  hostile(malformed, 'a list as payload', (world) => withPayload(world, '[]')),
  hostile(malformed, 'a text as payload', (world) => withPayload(world, '"admin"')),
  hostile(malformed, 'a number as payload', (world) => withPayload(world, '1')),
  hostile(malformed, 'a payload that is no JSON', (world) => withPayload(world, 'sub=admin')),
  hostile(malformed, 'a payload in UTF-16', (world) =>
    withPayload(world, Buffer.from(JSON.stringify(claimsOf(ISSUERS.rsa)), 'utf16le')),
  ),
  hostile(malformed, 'a payload that is not UTF-8', (world) =>
    withPayload(world, Buffer.from(payloadText('"note":"\u00ff"'), 'latin1')),
  ),
  hostile(malformed, 'half of a surrogate pair in sub', (world) =>
    withPayload(world, JSON.stringify(claimsOf(ISSUERS.rsa)).replace('user-789', '\\ud800')),
  ),
  hostile(malformed, 'NaN as exp', (world) =>
    withPayload(world, JSON.stringify(claimsOf(ISSUERS.rsa)).replace(/"exp":\d+/, '"exp":NaN')),
  ),
  hostile(malformed, 'a payload nested 100 deep', (world) =>
    rsaToken(world, { note: JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) }),
  ),
  hostile(malformed, 'a payload of 1,000 members', (world) =>
    rsaToken(world, Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`m${n}`, n]))),
  ),
  hostile(malformed, 'a token of 17 KiB', (world) => rsaToken(world, { note: 'a'.repeat(13 * 1024) })),
  hostile(malformed, 'a token of 48 KiB of nothing', () => `eyJ${'A'.repeat(48 * 1024)}.e30.AA`),

  hostile('token_header', 'a token within a token', (world) => {
    const inner = rsaToken(world);
    return signToken(world.rsa, claimsOf(ISSUERS.rsa, { note: inner }), { cty: 'JWT' });
  }),
  hostile(malformed, 'a token as payload', (world) => signToken(world.rsa, rsaToken(world), { cty: 'JWT' })),
  hostile('token_header', 'b64 false, demanded', (world) =>
    rsaToken(world, {}, { b64: false, crit: ['b64'] }),
  ),
  hostile('token_header', 'b64 false, not demanded', (world) => rsaToken(world, {}, { b64: false })),
  hostile('token_header', 'b64 true', (world) => rsaToken(world, {}, { b64: true, crit: ['b64'] })),
  hostile('token_header', 'crit with an extension that nobody knows', (world) =>
    rsaToken(world, {}, { crit: ['http://example.com/cap'], 'http://example.com/cap': true }),
  ),
  hostile('token_header', 'crit with a name that is no extension', (world) =>
    rsaToken(world, {}, { crit: ['alg'] }),
  ),
  hostile('token_header', 'an empty crit', (world) => rsaToken(world, {}, { crit: [] })),
  hostile('token_header', 'crit null', (world) => rsaToken(world, {}, { crit: null })),
  hostile('token_header', 'zip', (world) => rsaToken(world, {}, { zip: 'DEF' })),
  hostile('token_header', 'enc in a signed token', (world) => rsaToken(world, {}, { enc: 'A256GCM' })),

  honest('the same token in both headers', (world) => {
    const token = rsaToken(world);
    return { 'x-api-key': token, authorization: `Bearer ${token}` };
  }),
  hostile('ambiguous_credentials', 'two tokens, one in each header', (world) => ({
    'x-api-key': rsaToken(world, { jti: 'one' }),
    authorization: `Bearer ${rsaToken(world, { jti: 'two' })}`,
  })),
  hostile(
    'repeated_header',
    'two tokens with a comma between',
    (world) => `${rsaToken(world)},${rsaToken(world)}`,
  ),
  hostile(
    'unsupported_scheme',
    'two tokens with a space between',
    (world) => `${rsaToken(world)} ${rsaToken(world)}`,
  ),
  hostile('unsupported_scheme', 'another scheme', (world) => ({
    authorization: `DPoP ${tokenOf('rsa', world.rsa)}`,
  })),
];
