package io.gatehouse.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of configuration keys in the documentation are made from the records that the file is bound to, and their
 * comments: {@code <!-- keys: limits -->} begins the table of {@code [limits]}, and names the keys that it shows if it
 * does not show all. {@code ./test --keys} writes them. The test is in the package of the records, to see the bounds.
 */
class KeyTablesTest {
    private static final boolean WRITE = Boolean.getBoolean("keys.write");
    private static final Path DOCS = Path.of("../docs");
    private static final Path REFERENCE = DOCS.resolve("configuration.md");
    private static final Pattern TABLE =
            Pattern.compile("<!-- keys: ([a-z.-]+)((?: [a-z0-9-]+)*) -->\n.*?<!-- /keys -->", Pattern.DOTALL);

    /** A header that has the words of a generated one. */
    private static final Pattern BY_HAND = Pattern.compile("(?m)^\\| Key( of [^|]+)? \\|.*\\| Meaning \\|$");

    private final Map<String, KeyTable> tables = KeyTable.all(Providers.installed());

    private static List<Path> pages() throws IOException {
        try (Stream<Path> all = Files.list(DOCS)) {
            return all.filter(file -> file.toString().endsWith(".md")).sorted().toList();
        }
    }

    @Test
    void everyTableSaysWhatTheRecordsSay() throws IOException {
        KeyTexts texts =
                KeyTexts.of(tables.values().stream().map(KeyTable::type).collect(Collectors.toSet()));
        List<Path> old = new ArrayList<>();
        int found = 0;
        for (Path page : pages()) {
            String text = Files.readString(page);
            found += Math.toIntExact(TABLE.matcher(text).results().count());
            String made = TABLE.matcher(text)
                    .replaceAll(table -> Matcher.quoteReplacement(
                            table(texts, table.group(1), table.group(2).strip())));
            if (WRITE) {
                Files.writeString(page, made);
            } else if (!made.equals(text)) {
                old.add(page);
            }
        }
        assertThat(found).isGreaterThan(tables.size());
        assertThat(old).as("pages that ./test --keys has to write").isEmpty();
    }

    private String table(KeyTexts texts, String path, String shown) {
        KeyTable table = tables.get(path);
        if (table == null) {
            throw new IllegalArgumentException("there is no table [" + path + "] (expected one of " + tables.keySet());
        }
        List<String> keys = shown.isEmpty() ? List.of() : List.of(shown.split(" ", -1));
        return "<!-- keys: " + path + (shown.isEmpty() ? "" : " " + shown) + " -->\n\n" + table.markdown(texts, keys)
                + "\n<!-- /keys -->";
    }

    @Test
    void theReferenceHasTheTableOfEveryRecord() throws IOException {
        Set<Class<?>> shown = TABLE.matcher(Files.readString(REFERENCE))
                .results()
                .filter(table -> table.group(2).isEmpty())
                .map(table -> tables.get(table.group(1)))
                .map(KeyTable::type)
                .collect(Collectors.toSet());
        assertThat(tables.values()).hasSizeGreaterThan(30).allMatch(table -> shown.contains(table.type()));
    }

    /** Tables by hand would say something else one day. */
    @Test
    void noTableOfKeysIsWrittenByHand() throws IOException {
        Set<String> byHand = new TreeSet<>();
        for (Path page : pages()) {
            String rest = TABLE.matcher(Files.readString(page)).replaceAll("");
            if (BY_HAND.matcher(rest).find()) {
                byHand.add(page.getFileName().toString());
            }
        }
        assertThat(byHand).isEmpty();
    }
}
