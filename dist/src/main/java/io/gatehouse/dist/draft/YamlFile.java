package io.gatehouse.dist.draft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.ComposerException;
import org.snakeyaml.engine.v2.exceptions.ConstructorException;
import org.snakeyaml.engine.v2.exceptions.DuplicateKeyException;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.ScannerException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads a YAML file of small depth: text, numbers, truth values, lists and mappings, and nothing that runs code. */
final class YamlFile {
    private static final int DEEPEST = 20;
    private static final int MOST_ALIASES = 10;

    private YamlFile() {}

    /**
     * The mapping that the file is.
     *
     * @throws ForeignFileException when it is no YAML or no mapping; the message has line and column and no value
     */
    static Map<String, Object> read(String text) throws ForeignFileException {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setAllowDuplicateKeys(false)
                .setAllowRecursiveKeys(false)
                .setMaxAliasesForCollections(MOST_ALIASES)
                .setCodePointLimit(text.length() + 1)
                .build();
        try {
            requireOneShallowDocument(new Parse(settings).parseString(text));
            return mapping(new Load(settings).loadFromString(text));
        } catch (MarkedYamlEngineException exception) {
            throw new ForeignFileException("is no YAML: "
                    + exception
                            .getProblemMark()
                            .map(mark -> "line " + (mark.getLine() + 1) + " column " + (mark.getColumn() + 1) + ": ")
                            .orElse("")
                    + problem(exception));
        } catch (YamlEngineException exception) {
            throw new ForeignFileException("is no YAML that can be read");
        }
    }

    /** In words of our own: those of the library have parts of the file, which may be of a secret. */
    private static String problem(MarkedYamlEngineException exception) {
        return switch (exception) {
            case DuplicateKeyException _ -> "the key stands twice";
            case ComposerException _ ->
                "an alias without its anchor (a value that begins with * or & must stand in quotes)";
            case ConstructorException _ -> "a tag of another kind (a value that begins with ! must stand in quotes)";
            case ScannerException _, ParserException _ ->
                "unexpected text (a value with special characters must stand in quotes)";
            default -> "unreadable";
        };
    }

    /** Loading is recursive; a file that is nothing but brackets would end the program. */
    private static void requireOneShallowDocument(Iterable<Event> events) throws ForeignFileException {
        int depth = 0;
        int documents = 0;
        for (Event event : events) {
            switch (event.getEventId()) {
                case DocumentStart -> documents++;
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            if (documents > 1) {
                throw new ForeignFileException("has more than one document (expected one, without another --- in it)");
            }
            if (depth > DEEPEST) {
                throw new ForeignFileException(
                        "has more than " + DEEPEST + " levels (expected a configuration, which has three)");
            }
        }
    }

    private static Map<String, Object> mapping(Object root) throws ForeignFileException {
        if (!(root instanceof Map<?, ?> map)) {
            throw new ForeignFileException("is no mapping (expected sections such as Server:)");
        }
        return named(map);
    }

    /** The entries of {@code map} whose keys are text and whose values are there. */
    static Map<String, Object> named(Map<?, ?> map) {
        Map<String, Object> named = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (key != null && value != null) {
                named.put(key.toString(), value);
            }
        });
        return named;
    }

    /** The elements of a list as text, or the one that stands where a list could. */
    static List<String> texts(Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(each -> texts.add(String.valueOf(each)));
        } else {
            texts.add(value.toString());
        }
        return texts;
    }
}
