// Makes objects from text and forgets them, as a training run does with records, until it is killed; gives way as one does.
import { takeLowestPriority } from '../../threads/index.ts';

takeLowestPriority();
const text = JSON.stringify(Array.from({ length: 500 }, (_, minute) => ({ minute, counts: [minute, 1, 2, 3] })));
for (;;) JSON.parse(text);
