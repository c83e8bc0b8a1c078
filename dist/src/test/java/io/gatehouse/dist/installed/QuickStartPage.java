package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of {@code docs} whose blocks of {@code sh} have a mark for the test that runs them, of parts that semicolons
 * separate:
 *
 * <pre>
 * &lt;!-- run: type=a line | the next line; print=what must be printed; warnings; change=this =&gt; that --&gt;
 * </pre>
 *
 * <p>{@code warnings} allows exit code 1. {@code change} is for what a test cannot have as it is printed.
 */
record QuickStartPage(String text) {
    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^(?:<!-- run:([^>]*(?:=>[^>]*)?)-->\n\n)?^```(\\w*)\n(.*?)^```$");

    /** Makes a page of the file {@code name} of the documentation. */
    static QuickStartPage read(String name) throws IOException {
        return new QuickStartPage(Files.readString(Path.of("../docs", name)));
    }

    /** All pages that are called quick starts. */
    static List<Path> all() throws IOException {
        try (Stream<Path> pages = Files.list(Path.of("../docs"))) {
            return pages.filter(page -> page.getFileName().toString().startsWith("quick-start-"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * One block of commands.
     *
     * @param marks what its mark says; empty without a mark
     */
    record Block(String language, String script, Optional<Map<String, String>> marks) {
        private static Block of(MatchResult found) {
            return new Block(
                    found.group(2),
                    found.group(3),
                    Optional.ofNullable(found.group(1)).map(Block::parts));
        }

        private static Map<String, String> parts(String mark) {
            return Stream.of(mark.strip().split("; ", -1))
                    .filter(part -> !part.isEmpty())
                    .map(part -> part.split("=", 2))
                    .collect(Collectors.toMap(part -> part[0], part -> part.length == 2 ? part[1] : ""));
        }

        private String mark(String name) {
            return marks.map(all -> all.getOrDefault(name, "")).orElse("");
        }

        /** The lines that are typed, each ended by Enter. */
        String typed() {
            return mark("type").isEmpty() ? "" : mark("type").replace(" | ", "\n") + "\n";
        }

        /** What must be printed. */
        String printed() {
            return mark("print");
        }

        /** Whether exit code 1 is as good as 0. */
        boolean mayWarn() {
            return marks.filter(all -> all.containsKey("warnings")).isPresent();
        }

        /** The commands with the change that the mark asks for. */
        String commands() {
            String change = mark("change");
            if (change.isEmpty()) {
                return script;
            }
            String[] sides = change.split(" => ", 2);
            assertThat(script).contains(sides[0]);
            return script.replace(sides[0], sides[1]);
        }
    }

    List<Block> blocks() {
        return BLOCK.matcher(text).results().map(Block::of).toList();
    }
}
