import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createDetector } from '../../src/inspect/detect.ts';
import { compileRuleBook } from '../../src/inspect/index.ts';
import { readModel } from '../../src/inspect/model/model.ts';
import { workFor } from '../../src/inspect/work.ts';
import { groupOf, readHarmless, readItems } from '../../training/inspect/items.ts';

/** Of the texts of each group, by what the rules that ship alone say of them. */
const counts: Record<string, { texts: number; matched: number; flagged: number; rejected: number }> = {};

beforeAll(() => {
  const { match } = compileRuleBook({ texts: [], allow: [] }).sets.default;
  const items = [
    ...readItems().map((item) => ({ text: item.text, group: groupOf(item) })),
    ...readHarmless().map(({ text }) => ({ text, group: 'harmless' })),
  ];
  for (const { text, group } of items) {
    const matches = match(text.normalize('NFKC'));
    const score = 1 - matches.reduce((harmless, { weight }) => harmless * (1 - weight), 1);
    counts[group] ??= { texts: 0, matched: 0, flagged: 0, rejected: 0 };
    counts[group].texts += 1;
    if (matches.length > 0) counts[group].matched += 1;
    if (score >= 0.5) counts[group].flagged += 1;
    if (score >= 0.9) counts[group].rejected += 1;
  }
}, 120_000);

describe('of harmless texts the rules alone flag none:', () => {
  test.each(['development', 'hard', 'chat', 'harmless'])('%s', (group) => {
    expect(counts[group]?.texts).toBeGreaterThan(200);
    expect(counts[group]).toMatchObject({ flagged: 0, rejected: 0 });
  });
});

test('of attacks that are quoted as data the rules alone reject one in ten at most', () => {
  const { texts = 0, rejected = 0 } = counts.quoted ?? {};
  expect(rejected / texts).toBeLessThanOrEqual(0.1);
});

test('of attacks the rules alone find one in five, by what has one meaning', () => {
  const { texts = 0, matched = 0, flagged = 0 } = counts.core ?? {};
  expect(matched / texts).toBeGreaterThan(0.2);
  expect(flagged / texts).toBeGreaterThan(0.2);
});

describe('no text that people write is too dear to be read to its end:', () => {
  const CHARACTERS = 50_000;
  const { match } = compileRuleBook({ texts: [], allow: [] }).sets.default;
  const detect = createDetector(readModel(new URL('../../src/inspect/model/model.json', import.meta.url)));
  const isTooDear = (text: string) => {
    const work = workFor(text);
    for (const reading of detect(text, work)) match(reading.text, work);
    return work.isExhausted;
  };
  const texts = [...readItems().filter(({ label }) => label === 'benign'), ...readHarmless()].map(
    ({ text }) => text,
  );

  test('each by itself', () => {
    expect(texts.filter(isTooDear)).toEqual([]);
  });

  test('many of them in one text that is as long as a prompt may be', () => {
    const all = texts.join('\n');
    for (let at = 0; at < all.length; at += CHARACTERS) {
      const text = all.slice(at, at + CHARACTERS);
      expect({ text: text.slice(0, 80), isTooDear: isTooDear(text) }).toMatchObject({ isTooDear: false });
    }
  });

  test.each([
    [
      'Japanese',
      'このプロジェクトは設定ファイルとログを管理するための統一されたコマンドを提供します。まず手順を読み、以前の指示やルールを確認してください。\n',
    ],
    [
      'Chinese',
      '这个项目使用统一的命令行界面来管理配置文件和日志。请先阅读安装指南,然后运行测试命令。如果出现错误,请检查系统的提示信息。之前的版本不支持这个规则。\n',
    ],
    ['Thai', 'โครงการนี้ใช้คำสั่งเดียวกันเพื่อจัดการไฟล์การตั้งค่าและบันทึก โปรดอ่านคู่มือก่อน แล้วผู้ใช้เรียกคำสั่งทดสอบ\n'],
    ['Hebrew with points', 'בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם וְאֵ֥ת הָאָֽרֶץ׃\n'],
    ['Arabic with vowels', 'بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ ٱلْحَمْدُ لِلَّهِ رَبِّ ٱلْعَٰلَمِينَ\n'],
    [
      'Hindi',
      'यह परियोजना विन्यास फ़ाइलों और लॉग का प्रबंधन करने के लिए एक एकीकृत कमांड प्रदान करती है। कृपया पहले स्थापना मार्गदर्शिका पढ़ें।\n',
    ],
    [
      'Vietnamese, its accents apart',
      'Dự án này sử dụng một giao diện dòng lệnh thống nhất để quản lý các tệp cấu hình và nhật ký.\n'.normalize(
        'NFD',
      ),
    ],
    [
      'Korean, its syllables apart',
      '이 프로젝트는 구성 파일과 로그를 관리하기 위한 통합 명령을 제공합니다.\n'.normalize('NFD'),
    ],
    [
      'Japanese of half and full width',
      'ﾌﾟﾛｼﾞｪｸﾄ　ＡＢＣ　設定ﾌｧｲﾙを管理するｺﾏﾝﾄﾞを提供します。まず手順を読み、以前の指示を確認してください。\n',
    ],
  ])('a long document in %s', (_, paragraph) => {
    const link = '[link](https://example.com/%E5%AE%89%E8%A3%85)\n';
    const text = `${paragraph.repeat(2)}${link}`.repeat(500).slice(0, CHARACTERS);
    expect(text).toHaveLength(CHARACTERS);
    expect(isTooDear(text)).toBe(false);
  });

  test('large files of code, minified too', () => {
    const files = ['re2js/build/index.js', 'axe-core/axe.min.js', 'zod/README.md', 'yaml/README.md'];
    for (const file of files) {
      const all = readFileSync(new URL(`../../node_modules/${file}`, import.meta.url), 'utf8');
      expect(all.length).toBeGreaterThan(5_000);
      for (let at = 0; at < all.length; at += CHARACTERS)
        expect(isTooDear(all.slice(at, at + CHARACTERS))).toBe(false);
    }
  });
});
