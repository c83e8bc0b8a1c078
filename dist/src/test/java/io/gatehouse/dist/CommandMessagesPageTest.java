package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/command-messages.md explains every message of the commands, of the start and of the configuration, and no
 * other. A message that says by itself what is expected needs no row, and neither does one that is a place and a text
 * of somebody else.
 */
class CommandMessagesPageTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`.*?`) \\| \\S.* \\|$");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern SAYS_WHAT_IS_EXPECTED =
            Pattern.compile("(?s).*\\((?:expected|use|set|run|name) .+\\).*");
    private static final int FEWEST_WORDS = 3;

    private static Set<String> explained() throws IOException {
        Set<String> explained = new TreeSet<>();
        ROW.matcher(Files.readString(SourceMessages.ROOT.resolve("docs/command-messages.md")))
                .results()
                .flatMap(row -> CODE.matcher(row.group(1)).results())
                .forEach(message -> explained.add(message.group(1)));
        return explained;
    }

    private static boolean needsARow(String message) {
        return !SAYS_WHAT_IS_EXPECTED.matcher(message).matches()
                && Stream.of(message.split("\\s+"))
                                .filter(word -> word.matches(".*\\p{L}.*"))
                                .count()
                        >= FEWEST_WORDS;
    }

    @Test
    void pageHasEveryMessageThatDoesNotExplainItself() throws IOException {
        Set<String> missing = new TreeSet<>(SourceMessages.ofCommandsAndConfiguration());
        assertThat(missing).hasSizeGreaterThan(300);
        missing.removeIf(message -> !needsARow(message));
        assertThat(missing).hasSizeGreaterThan(150);
        missing.removeAll(explained());
        assertThat(missing).isEmpty();
    }

    @Test
    void everyMessageOfThePageIsOneOfTheCode() throws IOException {
        Set<String> wrong = explained();
        assertThat(wrong).hasSizeGreaterThan(150);
        wrong.removeAll(SourceMessages.ofCommandsAndConfiguration());
        for (Path file : SourceMessages.files()) {
            String code =
                    Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", "").replace("\\\"", "\"");
            wrong.removeIf(message -> isSpelt(message, code));
        }
        assertThat(wrong).isEmpty();
    }

    /** Whether {@code code} makes {@code message} in another way, for example by a method for several messages. */
    private static boolean isSpelt(String message, String code) {
        List<String> parts = new ArrayList<>(List.of(message.split(SourceMessages.DIFFERS)));
        parts.removeIf(part -> part.strip().length() < FEWEST_WORDS);
        return !parts.isEmpty() && parts.stream().allMatch(code::contains);
    }
}
