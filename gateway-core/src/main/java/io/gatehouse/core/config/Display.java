package io.gatehouse.core.config;

import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Shows an offending value in a message. */
final class Display {
    private static final int LONGEST = 60;

    private Display() {}

    static String of(Object value) {
        return switch (value) {
            case TomlTable _ -> "a table";
            case TomlArray _ -> "an array";
            case String text -> "\"" + (text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text) + "\"";
            default -> value.toString();
        };
    }
}
