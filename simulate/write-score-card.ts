import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ScoreCard, scoreCardHtml, scoreCardJson, scoreCardText } from '../simulation/index.ts';

/** Writes `scorecard.json`, `scorecard.txt` and `scorecard.html` into a folder, which it makes if need be. */
export async function writeScoreCard(card: ScoreCard, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'scorecard.json'), scoreCardJson(card));
  await writeFile(join(folder, 'scorecard.txt'), scoreCardText(card));
  await writeFile(join(folder, 'scorecard.html'), scoreCardHtml(card));
}
