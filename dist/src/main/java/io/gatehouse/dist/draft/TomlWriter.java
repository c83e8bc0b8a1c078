package io.gatehouse.dist.draft;

import io.gatehouse.core.config.TomlText;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a configuration file from top to bottom: comments, tables and keys in the order in which they are given. */
final class TomlWriter {
    private static final int WIDTH = 110;

    private final StringBuilder text = new StringBuilder();

    /** Comment lines with these words, broken where a line is full. */
    TomlWriter comment(String words) {
        StringBuilder line = new StringBuilder("#");
        for (String word : words.strip().split("\\s+", -1)) {
            if (line.length() + 1 + word.length() > WIDTH && line.length() > 1) {
                text.append(line).append('\n');
                line = new StringBuilder("#");
            }
            line.append(' ').append(printable(word));
        }
        text.append(line).append('\n');
        return this;
    }

    /** What others wrote ends no comment, and no terminal obeys it. */
    private static String printable(String word) {
        return word.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    TomlWriter blank() {
        if (!text.isEmpty()) {
            text.append('\n');
        }
        return this;
    }

    /** A header such as {@code [auth]} or {@code [[listener]]}. */
    TomlWriter table(String header) {
        text.append(header).append('\n');
        return this;
    }

    TomlWriter key(String key, String value) {
        return raw(key, TomlText.quoted(value));
    }

    TomlWriter key(String key, boolean value) {
        return raw(key, Boolean.toString(value));
    }

    TomlWriter key(String key, int value) {
        return raw(key, Integer.toString(value));
    }

    TomlWriter key(String key, List<String> values) {
        return raw(key, list(values));
    }

    /** The key, unless there is nothing to say. */
    TomlWriter keyUnlessEmpty(String key, List<String> values) {
        return values.isEmpty() ? this : key(key, values);
    }

    /** The key, unless there is nothing to say. */
    TomlWriter keyUnlessEmpty(String key, String value) {
        return value.isEmpty() ? this : key(key, value);
    }

    /** A secret, which is in a file. */
    TomlWriter secret(String key, String file) {
        return raw(key, "{ file = " + TomlText.quoted(file) + " }");
    }

    TomlWriter raw(String key, String value) {
        text.append(key).append(" = ").append(value).append('\n');
        return this;
    }

    /** What {@code other} has, as comments: it is not in force. */
    TomlWriter disabled(TomlWriter other) {
        other.text
                .toString()
                .lines()
                .forEach(line -> text.append(line.startsWith("#") ? line : ("# " + line).strip())
                        .append('\n'));
        return this;
    }

    /** What {@code other} has. */
    TomlWriter append(TomlWriter other) {
        text.append(other.text);
        return this;
    }

    static String list(List<String> values) {
        return values.stream().map(TomlText::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    String text() {
        return text.toString();
    }
}
