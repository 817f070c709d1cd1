package concordat;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.mvstore.MVStore;

/**
 * Replies to a write only after it is in the file, so that killing the process loses nothing that was acknowledged.
 * (The backend as published commits up to a second later: killed under load, it lost a fifth of acknowledged writes.)
 * The file is not synced to the disk: a power cut may still lose the last seconds.
 */
final class DurableBackend extends H2Backend {

    /** Commands that change nothing. Whatever is not named here counts as a write. */
    private static final Set<String> READS = Set.of(
        "find", "getmore", "count", "distinct", "aggregate", "listcollections", "listindexes", "listdatabases", "ping",
        "hello", "ismaster", "buildinfo", "serverstatus", "dbstats", "collstats", "connectionstatus", "hostinfo",
        "endsessions", "killcursors", "getlog");

    /** How long a dead part of the file is kept before it is written over; 45 seconds unless told otherwise. */
    private static final int RETENTION_MILLIS = 5_000;
    private static final int RECLAIM_SECONDS = 5;
    private static final int TARGET_FILL_PERCENT = 70;
    private static final int RECLAIM_BYTES = 16 * 1024 * 1024;

    /**
     * Reads run together, a write or a commit alone. The server changes stored documents in place and encodes replies
     * later, so a reply is copied before the lock is left. Fair: writers that waited during a commit all go before the
     * next one, which then stores the writes of all of them.
     */
    private final ReadWriteLock lock = new ReentrantReadWriteLock(true);

    private final MVStore store;
    private final ScheduledExecutorService housekeeping = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "housekeeping");
        thread.setDaemon(true);
        return thread;
    });

    /** Writes made, and how many of them are in the file. Both are guarded by the lock. */
    private long written;
    private long stored;

    DurableBackend(MVStore store) {
        super(store);
        this.store = store;
        store.setRetentionTime(RETENTION_MILLIS);
        housekeeping.scheduleWithFixedDelay(this::reclaim, RECLAIM_SECONDS, RECLAIM_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String databaseName) {
        // The constructor of a database opens its collections, so what they need is captured here, not a field of it.
        MVStore maps = getMvStore();
        return new H2Database(databaseName, maps, getCursorRegistry()) {
            @Override
            protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
                String fullName = getFullCollectionNamespace(name);
                return new KeyedCollection(this, name, options, maps.openMap("databases." + fullName),
                    maps.openMap("meta." + fullName), cursorRegistry);
            }

            @Override
            protected Index<Object> openOrCreateSecondaryIndex(String collection, String name, List<IndexKey> keys, boolean sparse) {
                return SecondaryIndex.canBeOf(keys)
                    ? new SecondaryIndex(name, keys)
                    : super.openOrCreateSecondaryIndex(collection, name, keys, sparse);
            }
        };
    }

    @Override
    public Document handleMessage(MongoMessage message) {
        return isRead(message.getDocument()) ? read(message) : write(message);
    }

    private Document read(MongoMessage message) {
        lock.readLock().lock();
        try {
            return super.handleMessage(message).cloneDeeply();
        } finally {
            lock.readLock().unlock();
        }
    }

    private Document write(MongoMessage message) {
        long number = 0;
        try {
            lock.writeLock().lock();
            try {
                number = ++written;
                return super.handleMessage(message).cloneDeeply();
            } finally {
                lock.writeLock().unlock();
            }
        } finally {
            // A command that fails half-way has changed something, too.
            commit(number);
        }
    }

    private void commit(long number) {
        lock.writeLock().lock();
        try {
            if (stored < number) {
                store.commit();
                stored = written;
            }
        } catch (RuntimeException fault) {
            // Nothing more can be stored (a full disk, most often): end without a reply, so nothing is acknowledged.
            System.err.println("cannot write the data file: " + fault.getMessage());
            Runtime.getRuntime().halt(1);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Every commit writes the changed pages anew; this moves what still lives out of mostly dead parts of the file. */
    private void reclaim() {
        lock.writeLock().lock();
        try {
            if (!store.isClosed()) {
                store.compact(TARGET_FILL_PERCENT, RECLAIM_BYTES);
            }
        } catch (RuntimeException fault) {
            System.err.println("housekeeping failed: " + fault.getMessage());
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static boolean isRead(Document command) {
        String name = command.keySet().iterator().next().toLowerCase();
        return READS.contains(name) && !(name.equals("aggregate") && writesItsResult(command));
    }

    private static boolean writesItsResult(Document aggregate) {
        String pipeline = String.valueOf(aggregate.get("pipeline"));
        return pipeline.contains("$out") || pipeline.contains("$merge");
    }

    @Override
    public void close() {
        housekeeping.shutdown();
        lock.writeLock().lock();
        try {
            super.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
