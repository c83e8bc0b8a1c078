package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of the documentation whose rows a test measures: a row that says something else fails, and {@code ./test
 * --tables} writes what was measured into the page instead.
 */
final class PrintedTable {
    private static final boolean WRITE = Boolean.getBoolean("tables.write");

    private final Path page;
    private final String heading;

    /**
     * The table below a heading.
     *
     * @param page a file of {@code docs}
     * @param heading the whole line, which begins with {@code #}
     */
    PrintedTable(String page, String heading) {
        this.page = Path.of("../docs", page);
        this.heading = heading;
    }

    /** The row that begins with the first of {@code cells} has these cells. */
    void hasRow(List<String> cells) throws IOException {
        String row = "| " + String.join(" | ", cells) + " |";
        List<String> lines = new ArrayList<>(Files.readAllLines(page));
        int start = lines.indexOf(heading);
        assertThat(start).as("%s in %s", heading, page).isNotNegative();
        int at = start + 1;
        while (at < lines.size()
                && !lines.get(at).startsWith("#")
                && !lines.get(at).startsWith("| " + cells.getFirst() + " |")) {
            at++;
        }
        assertThat(at < lines.size() && lines.get(at).startsWith("|"))
                .as("a row of %s below %s", cells.getFirst(), heading)
                .isTrue();
        if (WRITE) {
            lines.set(at, row);
            Files.write(page, lines);
        }
        assertThat(lines.get(at))
                .as("what was measured, which ./test --tables writes into " + page)
                .isEqualTo(row);
    }
}
