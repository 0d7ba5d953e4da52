// The thread that writes blocks, compacts and deletes them; what it does is the database's own business.
import { runMaintenanceWorker } from '@prometheus-ts/tsdb';

runMaintenanceWorker();
