// The maintenance thread's own file: started by thread.ts, or by an application that bundles its workers.
import { runMaintenanceWorker } from './worker-main.ts';

runMaintenanceWorker();
