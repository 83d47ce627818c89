import { expect, test } from 'vitest';
import { repositoryScheme } from './repository-address.ts';

test.each([
  ['https://git.example.org/team/shop.git', 'https'],
  ['https://git.example.org:8443/a', 'https'],
  ['http://127.0.0.1:8000/shop.git', 'http'],
  ['http://[::1]:8000/shop.git', 'http'],
  ['ssh://git@git.example.org/team/shop.git', 'ssh'],
  ['ssh://git.example.org:2222//srv/shop.git', 'ssh'],
  ['git@git.example.org:team/shop.git', 'ssh'],
  ['file:///srv/git/shop.git', 'file'],
])('%s is reached by %s', (address, scheme) => expect(repositoryScheme(address)).toBe(scheme));

test.each([
  ['a password', 'https://user:secret@git.example.org/shop'],
  ['a user of https', 'https://user@git.example.org/shop'],
  ['http to another machine', 'http://git.example.org/shop'],
  ['a program as transport', 'ext::sh -c touch% /tmp/x'],
  ['a program as transport, as scp writes hosts', 'ext::sh'],
  ['a descriptor as transport', 'fd::3'],
  ['git without encryption', 'git://git.example.org/shop'],
  ['ftp', 'ftp://git.example.org/shop'],
  ['a host that is an option', 'ssh://-oProxyCommand=touch/x'],
  ['a host that is an option, as scp writes it', '-oProxyCommand=x:shop'],
  ['a user that is an option', '-oProxyCommand=x@host:shop'],
  ['a path that is an option', 'git@host:--upload-pack=x'],
  ['commands of a shell', 'git@host:shop;touch x'],
  ['a quoted shell', "ssh://host/shop'$(id)'"],
  ['a line end', 'https://host/shop\nx'],
  ['a plain path', '/srv/git/shop'],
  ['a file on another machine', 'file://host/share'],
  ['a query', 'https://host/shop?x'],
  ['nothing', ''],
])('%s is refused', (_, address) => expect(repositoryScheme(address)).toBeUndefined());
