/** Says on its output why no database can be had here; fetches one if need be. For `database.ts`, which cannot wait. */
import { findMongo } from '../../embedded/find-mongo';

findMongo().catch((error: unknown) => {
  process.stdout.write(error instanceof Error ? error.message : String(error));
});
