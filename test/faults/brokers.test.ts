import { subjects } from './subjects.ts';
import { faultMatrix } from './matrix.ts';

for (const subject of subjects) if (subject.shape === 'messages') faultMatrix(subject);
