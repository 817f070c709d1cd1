package concordat;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.h2.mvstore.MVMap;

/**
 * Finds documents without reading all of them, also when a query asks for more: by a unique key, such as
 * {@code {_id, version}} of a conditional update; by a range of ids, which the file keeps in order; by the first field of
 * an index that is not unique. (The collection as published reads all of its documents in each of these cases.) What is
 * found so is held against the whole query.
 */
final class KeyedCollection extends H2Collection {

    private static final Set<String> ANY_OF = Set.of("$in");
    private static final Set<String> BOUNDS = Set.of("$gt", "$gte", "$lt", "$lte");

    /** The documents by their ids. */
    private final MVMap<Object, Document> data;

    /** Held while indexes are filled: those who only read run together. */
    private final Object filling = new Object();

    KeyedCollection(MongoDatabase database, String name, CollectionOptions options, MVMap<Object, Document> data,
                    MVMap<String, Object> meta, CursorRegistry cursors) {
        super(database, name, options, data, meta, cursors);
        this.data = data;
    }

    @Override
    protected QueryResult queryDocuments(Document query, Document orderBy, int skip, int limit, int batchSize,
                                         Document fields) {
        for (Index<Object> index : getIndexes()) {
            Document key = keyIn(query, index);
            if (key != null && index.canHandle(key)) {
                return matchDocuments(query, index.getPositions(key), orderBy, skip, limit, batchSize, fields);
            }
        }
        if (query.get("_id") instanceof Document range && isOfTexts(range)) {
            // As many as are asked for, and no more, where they are wanted as they lie.
            Document order = new Document("_id", 1).equals(orderBy) ? null : orderBy;
            return matchDocuments(query, () -> idsIn(range), order, skip, limit, batchSize, fields);
        }
        Set<Object> ids = fewestIds(query);
        if (ids != null) {
            return matchDocuments(query, ids, orderBy, skip, limit, batchSize, fields);
        }
        return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
    }

    /** The ids among which are all that the query wants, by the index that leaves the fewest; null if there is none. */
    private Set<Object> fewestIds(Document query) {
        Set<Object> fewest = null;
        for (Index<Object> index : getIndexes()) {
            if (!(index instanceof SecondaryIndex secondary)) {
                continue;
            }
            for (Collection<?> values : valuesAsked(query, secondary.field())) {
                Set<Object> ids = idsOf(values, secondary);
                if (fewest == null || ids.size() < fewest.size()) {
                    fewest = ids;
                }
            }
        }
        if (fewest == null) {
            return null;
        }
        // As they lie in the file: what is not sorted comes in the same order as without the index.
        Set<Object> inOrder = new TreeSet<>(data.getKeyType());
        inOrder.addAll(fewest);
        return inOrder;
    }

    private Set<Object> idsOf(Collection<?> values, SecondaryIndex index) {
        synchronized (filling) {
            if (!index.isFilled()) {
                fillIndexes();
            }
        }
        if (values.size() == 1) {
            return index.idsOf(values.iterator().next());
        }
        Set<Object> ids = new HashSet<>();
        values.forEach(value -> ids.addAll(index.idsOf(value)));
        return ids;
    }

    /** All in one pass over the documents: after a start each is read from the file. */
    private void fillIndexes() {
        List<SecondaryIndex> indexes = getIndexes().stream()
            .filter(SecondaryIndex.class::isInstance).map(SecondaryIndex.class::cast)
            .filter(index -> !index.isFilled())
            .toList();
        indexes.forEach(SecondaryIndex::begin);
        data.values().forEach(document -> indexes.forEach(index -> index.enter(document)));
    }

    /** The values of which the query wants one in this field, for each time that it says so. */
    private static List<Collection<?>> valuesAsked(Document query, String field) {
        List<Collection<?>> asked = new ArrayList<>();
        if (query.containsKey(field)) {
            Collection<?> values = valuesIn(query.get(field));
            if (values != null) {
                asked.add(values);
            }
        }
        if (query.get("$and") instanceof Collection<?> parts) {
            for (Object part : parts) {
                if (part instanceof Document document) {
                    asked.addAll(valuesAsked(document, field));
                }
            }
        }
        return asked;
    }

    /** The values of which a condition wants one; null if it asks otherwise, or for what is not compared by its value. */
    private static Collection<?> valuesIn(Object condition) {
        if (condition instanceof Document operators) {
            // With other operators beside it the server does not look at it where there are arrays.
            return operators.keySet().equals(ANY_OF) && operators.get("$in") instanceof Collection<?> values
                && values.stream().allMatch(KeyedCollection::isPlain) ? values : null;
        }
        return isPlain(condition) ? Collections.singletonList(condition) : null;
    }

    private static boolean isPlain(Object value) {
        return value == null || value instanceof String || value instanceof ObjectId || value instanceof Number
            || value instanceof Boolean || value instanceof Instant;
    }

    private static boolean isOfTexts(Document range) {
        return range.entrySet().stream().allMatch(bound -> BOUNDS.contains(bound.getKey()) && bound.getValue() instanceof String);
    }

    /** The ids between the bounds, and the bounds: whether those are wanted, the query says itself. */
    private Iterator<Object> idsIn(Document range) {
        return data.cursor(bound(range, "$gt", "$gte"), bound(range, "$lt", "$lte"), false);
    }

    private static Object bound(Document range, String without, String with) {
        return range.getOrDefault(without, range.get(with));
    }

    /** The part of the query that gives the index's whole key by plain values; null if it does not. */
    private static Document keyIn(Document query, Index<Object> index) {
        Document key = new Document();
        for (IndexKey part : index.getKeys()) {
            Object condition = query.get(part.getKey());
            Collection<?> values = valuesIn(condition);
            if (values == null || values.contains(null)) {
                return null;
            }
            key.put(part.getKey(), condition instanceof Document ? new Document("$in", values) : condition);
        }
        return key;
    }
}
