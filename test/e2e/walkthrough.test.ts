import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/root.ts';
import { describeWalkthrough } from './walkthrough.case.ts';

describeWalkthrough('source', true);
describeWalkthrough('binary', existsSync(join(root, 'dist/bin/prometheus')));
