package concordat;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.Document;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which documents may hold a value in the first field of an index that is not unique: all that do, and perhaps others. It
 * is in memory only, and is filled by its collection. A real MongoDB makes use of the other fields, too.
 */
final class SecondaryIndex extends Index<Object> {

    /** The names that lead to the field. */
    private final List<String> path;

    /** The ids of the documents by each value that they hold there; null until it is filled. */
    private Map<Object, Set<Object>> ids;

    /** @param keys of which the first is not an element of an array by its number (see {@link #canBeOf}) */
    SecondaryIndex(String name, List<IndexKey> keys) {
        // Sparse to the server is one that need not know each document: an index that was not filled yet does not.
        super(name, keys, true);
        path = pathOf(keys);
    }

    /** Whether a query for the field means what it holds: `tasks.0` means the first of the tasks. */
    static boolean canBeOf(List<IndexKey> keys) {
        return pathOf(keys).stream().noneMatch(name -> name.isEmpty() || name.matches("\\d+"));
    }

    private static List<String> pathOf(List<IndexKey> keys) {
        return List.of(keys.get(0).getKey().split("\\.", -1));
    }

    String field() {
        return getKeys().get(0).getKey();
    }

    boolean isFilled() {
        return ids != null;
    }

    /** From now on it has to know each document: those that are there are entered next. */
    void begin() {
        ids = new HashMap<>();
    }

    /** @param value a plain one, or null for documents that do not have the field */
    Set<Object> idsOf(Object value) {
        return ids.getOrDefault(asKey(value), Set.of());
    }

    @Override
    public void add(Document document, Object position, MongoCollection<Object> collection) {
        if (isFilled()) {
            enter(document);
        }
    }

    @Override
    public Object remove(Document document) {
        if (isFilled()) {
            takeOut(document);
        }
        return null;
    }

    @Override
    public void updateInPlace(Document before, Document after, Object position, MongoCollection<Object> collection) {
        if (isFilled() && !valuesOf(before).equals(valuesOf(after))) {
            takeOut(before);
            enter(after);
        }
    }

    void enter(Document document) {
        for (Object value : valuesOf(document)) {
            ids.computeIfAbsent(value, none -> new HashSet<>()).add(idOf(document));
        }
    }

    private void takeOut(Document document) {
        for (Object value : valuesOf(document)) {
            ids.computeIfPresent(value, (same, those) -> those.remove(idOf(document)) && those.isEmpty() ? null : those);
        }
    }

    /** As the collection keeps its documents. */
    private static Object idOf(Document document) {
        return Missing.ofNullable(document.get("_id"));
    }

    private Set<Object> valuesOf(Document document) {
        Set<Object> values = new HashSet<>();
        collect(document, path, values);
        return values;
    }

    /** Each value by which a query finds the document: of an array, all that it holds; null where there is nothing. */
    private static void collect(Object value, List<String> path, Set<Object> values) {
        if (value instanceof Collection<?> elements) {
            elements.forEach(element -> collect(element, path, values));
        } else if (path.isEmpty()) {
            values.add(asKey(value));
        } else if (value instanceof Document document) {
            collect(document.get(path.get(0)), path.subList(1, path.size()), values);
        } else {
            values.add(null);
        }
    }

    /** Equal for what the server takes for equal, such as 1 and 1.0. */
    private static Object asKey(Object value) {
        return new KeyValue(value).normalized().get(0);
    }

    /** Not for the server: it would fill each index of a collection by itself. */
    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    public long getCount() {
        return isFilled() ? ids.size() : 0;
    }

    @Override
    public long getDataSize() {
        return getCount();
    }

    @Override
    public boolean canHandle(Document query) {
        return false;
    }

    @Override
    public Iterable<Object> getPositions(Document query) {
        throw new UnsupportedOperationException("The collection asks for the ids of a value.");
    }

    @Override
    public Object getPosition(Document document) {
        return null;
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Object> collection) {
        // Any number of documents may hold a value.
    }

    @Override
    public void checkUpdate(Document before, Document after, MongoCollection<Object> collection) {
        // As above.
    }

    @Override
    public void drop() {
        ids = null;
    }
}
