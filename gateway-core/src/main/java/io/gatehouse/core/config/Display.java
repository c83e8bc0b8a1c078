package io.gatehouse.core.config;

import io.gatehouse.core.text.Excerpt;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Shows an offending value in a message. */
final class Display {
    private Display() {}

    static String of(Object value) {
        return switch (value) {
            case TomlTable _ -> "a table";
            case TomlArray _ -> "an array";
            case String text -> Excerpt.of(text);
            default -> value.toString();
        };
    }
}
