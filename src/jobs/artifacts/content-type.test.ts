import { expect, test } from 'vitest';
import { contentType } from './content-type.ts';

test.each([
  ['report.pdf', 'application/pdf'],
  ['a/REPORT.PDF', 'application/pdf'],
  ['letter.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['page.html', 'text/html; charset=utf-8'],
  ['changes.patch', 'text/x-diff; charset=utf-8'],
  ['data.json', 'application/json; charset=utf-8'],
  ['picture.svg', 'image/svg+xml'],
  ['Makefile', 'application/octet-stream'],
  ['.bashrc', 'application/octet-stream'],
  ['x.unheard-of', 'application/octet-stream'],
  ['html', 'application/octet-stream'],
])('%s is %s', (path, type) => {
  expect(contentType(path)).toBe(type);
});
