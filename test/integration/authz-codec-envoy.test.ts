import { expect, test } from 'vitest';
import { decodeCheckRequest } from '../../src/authz/codec/decode-request.ts';
import { readByProtobufjs, withTexts } from '../../src/authz/codec/protobufjs.fixture.ts';
import { recordChecks } from '../support/record-checks.ts';

test('of all that Envoy sends now, authz reads what protobufjs reads', async () => {
  const recorded = Object.entries(await recordChecks());
  expect(recorded.length).toBeGreaterThan(0);
  for (const [name, bytes] of recorded) {
    expect(withTexts(decodeCheckRequest(bytes)), name).toEqual(readByProtobufjs(bytes));
  }
});
