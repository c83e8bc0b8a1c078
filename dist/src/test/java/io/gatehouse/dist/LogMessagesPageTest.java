package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/log-messages.md has every warning and error that a module of the gateway can log, and no other. */
class LogMessagesPageTest {
    /** Text of a statement, in which a semicolon may stand in quotes. */
    private static final String PART = "(?:[^\";]|\"(?:\\\\.|[^\"\\\\])*\")";

    private static final Pattern LOGGED = Pattern.compile(
            "\\.at(Warn|Error|Level)\\([^()]*\\)" + PART + "*?\\.log\\((" + PART + "*?)\\)\\s*[;),}]", Pattern.DOTALL);
    private static final Pattern LITERAL = Pattern.compile("\"((?:\\\\.|[^\"\\\\])*)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`.*?`) \\| (?:WARN|ERROR) \\| \\S.* \\|$");
    /** Logged at INFO when all is well. */
    private static final Set<String> GOOD_NEWS = Set.of("configuration reloaded");
    /** Begin the kinds of connections that are refused, which are no literals of a log statement. */
    private static final Set<String> KINDS =
            Set.of("connection refused", "connection ended before sign-in", "connection cut off");

    private static Stream<String> messages(MatchResult statement) {
        return LITERAL.matcher(statement.group(2).replaceAll("\"\\s*\\+\\s*\"", ""))
                .results()
                .map(literal -> literal.group(1).replaceFirst("; $", "")); // more text is behind it
    }

    @Test
    void pageHasEveryWarningAndErrorOfTheCode() throws IOException {
        Set<String> logged = new TreeSet<>(KINDS);
        for (Path file : SourceMessages.files()) {
            LOGGED.matcher(Files.readString(file))
                    .results()
                    .flatMap(LogMessagesPageTest::messages)
                    .forEach(logged::add);
        }
        logged.removeAll(GOOD_NEWS);
        Set<String> explained = new TreeSet<>();
        ROW.matcher(Files.readString(SourceMessages.ROOT.resolve("docs/log-messages.md")))
                .results()
                .flatMap(row ->
                        Pattern.compile("`([^`]+)`").matcher(row.group(1)).results())
                .forEach(message -> explained.add(message.group(1)));
        assertThat(logged).hasSizeGreaterThan(50);
        assertThat(explained).isEqualTo(logged);
    }
}
