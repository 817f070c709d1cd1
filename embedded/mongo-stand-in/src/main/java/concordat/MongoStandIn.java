package concordat;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import java.net.InetSocketAddress;
import java.util.List;
import org.h2.mvstore.MVStore;

/**
 * A stand-in for MongoDB where none can be had: it speaks the wire protocol and keeps its data in one file.
 * For evaluation and tests only: it has no transactions, change streams, partial filters or TTL.
 *
 * <p>Arguments: port, data file. It listens on loopback, and SIGTERM stops it cleanly.
 */
public final class MongoStandIn {

    /** The oldest wire version that the Node.js driver 7 accepts is that of MongoDB 4.2; this is the one of 5.0. */
    private static final MongoVersion VERSION = new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 13;
        }
    };

    /** Each connection waits in its thread for the commit of its write; more threads share one commit. */
    private static final int THREADS = 32;

    private MongoStandIn() {
    }

    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            System.err.println("Usage: MongoStandIn <port> <data file>");
            System.exit(2);
        }
        int port = Integer.parseInt(arguments[0]);
        // Only DurableBackend commits, between commands: a commit in the middle of one could keep a document without
        // its index entry.
        MVStore store = new MVStore.Builder()
            .fileName(arguments[1])
            .autoCommitDisabled()
            .autoCommitBufferSize(0)
            // Each commit writes whole pages: with the usual 48 documents to a page, the file grew half as fast again.
            .keysPerPage(12)
            // In MiB. With the usual 16 it read and decoded most cases from the file each time, once there were 10,000.
            .cacheSize(256)
            .open();
        DurableBackend backend = new DurableBackend(store);
        MongoServer server = new MongoServer(backend.version(VERSION));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow, "stop"));
        server.bind(new InetSocketAddress("127.0.0.1", port), 1, THREADS);
        System.out.println("listening on 127.0.0.1:" + port);
    }
}
