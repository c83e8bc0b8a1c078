package io.gatehouse.core.config;

/** Text and keys as TOML files have them. */
public final class TomlText {
    private TomlText() {}

    /** A basic string, quotes included, whose value is {@code string}. */
    public static String quoted(String string) {
        StringBuilder quoted = new StringBuilder("\"");
        string.codePoints()
                .forEach(c -> quoted.append(
                        switch (c) {
                            case '"' -> "\\\"";
                            case '\\' -> "\\\\";
                            default -> Character.isISOControl(c) ? String.format("\\u%04x", c) : Character.toString(c);
                        }));
        return quoted.append('"').toString();
    }

    /** A key, bare where TOML allows it. */
    static String key(String name) {
        return name.matches("[A-Za-z0-9_-]+") ? name : quoted(name);
    }
}
