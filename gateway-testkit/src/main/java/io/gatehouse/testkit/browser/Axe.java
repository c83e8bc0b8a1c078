package io.gatehouse.testkit.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.openqa.selenium.JavascriptExecutor;

/**
 * Runs axe-core in a page. Its Java wrapper is left aside, which brings another Jackson; only the script in it is
 * taken.
 */
final class Axe {
    private static final String RUN = """
            const done = arguments[arguments.length - 1];
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
            const line = (violation, node) =>
                `${violation.id} (${violation.impact}): ${node.target.join(' ')}: `
                + node.failureSummary.replace(/\\s+/g, ' ');
            axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}).then(
                result => done(result.violations.flatMap(each => each.nodes.map(node => line(each, node)))),
                problem => done(['axe-core failed: ' + problem]));
            """;

    private Axe() {}

    /** One line for each element that breaks a rule, with the rule's name and what to do. */
    static List<String> violations(JavascriptExecutor page) {
        page.executeScript(script());
        Object lines = page.executeAsyncScript(RUN);
        return ((List<?>) Objects.requireNonNull(lines, "no answer of axe-core"))
                .stream().map(String::valueOf).toList();
    }

    private static String script() {
        try (InputStream stream = Axe.class.getResourceAsStream("/axe.min.js")) {
            if (stream == null) {
                throw new IllegalStateException("axe.min.js is missing in the jar com.deque.html.axe-core:selenium");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
