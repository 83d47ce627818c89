import { expect, test } from 'vitest';
import { isUnavailable } from './unavailable.ts';

function reply(message: string, previousErrors?: Error[]): Error {
  return Object.assign(new Error(message), { name: 'ReplyError', previousErrors });
}

const inScript = (message: string) =>
  reply(
    `ERR Error running script (call to f_80329be85c480c0d4352698d2ab1154390d65f68): @user_script:34: ${message}`,
  );

test.each([
  ['Redis is full', reply("OOM command not allowed when used memory > 'maxmemory'.")],
  [
    'Redis is full in a script',
    inScript("@user_script: 34: -OOM command not allowed when used memory > 'maxmemory'."),
  ],
  [
    'Redis cannot save in a script',
    inScript('@user_script: 34: -MISCONF Redis is configured to save RDB snapshots'),
  ],
  [
    'Redis is a replica in a script',
    inScript("@user_script: 34: -READONLY You can't write against a read only replica."),
  ],
  [
    'Redis lacks replicas in a script',
    inScript('@user_script: 34: -NOREPLICAS Not enough good replicas to write.'),
  ],
  ['Redis 7 is full in a script', reply('OOM command not allowed. script: 80329be85c, on @user_script:34.')],
  ['Redis is full in a transaction', reply('EXECABORT Transaction discarded.', [reply('OOM not allowed')])],
  ['the master is gone', reply('MASTERDOWN Link with MASTER is down')],
  ['a password is missing', reply('NOAUTH Authentication required.')],
  ['the connection is closed', new Error('Connection is closed.')],
  ['the answer is late', new Error('Command timed out')],
])('%s: later it may work', (_, error) => {
  expect(isUnavailable(error)).toBe(true);
});

test.each([
  ['a wrong type', reply('WRONGTYPE Operation against a key holding the wrong kind of value')],
  ['a wrong type in a script', inScript('WRONGTYPE Operation against a key holding the wrong kind of value')],
  [
    'a mistake in a script',
    inScript("user_script:34: attempt to perform arithmetic on field '?' (a string value)"),
  ],
  ['a script that mentions one', inScript('user_script:34: no OOM here')],
  ['an unknown command', reply('ERR unknown command `FOO`')],
  [
    'a wrong transaction',
    reply('EXECABORT Transaction discarded.', [reply('ERR wrong number of arguments')]),
  ],
  ['a bug of ours', new TypeError('x is undefined')],
  ['something that is no error', 'OOM'],
])('%s: a bug', (_, error) => {
  expect(isUnavailable(error)).toBe(false);
});
