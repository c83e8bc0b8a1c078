package io.gatehouse.core.config;

/**
 * One thing that is wrong with the configuration file, for the administrator to read.
 *
 * @param file the file's name
 * @param line counted from 1; 0 when the problem has no place in the file
 * @param column counted from 1; 0 likewise
 * @param key the key's path, for example {@code listener[0].address}; empty when the problem is not about a key
 * @param message lower case, with the offending and the expected value; one line
 */
public record Problem(String file, int line, int column, String key, String message) {
    public Problem {
        key = oneLine(key);
        message = oneLine(message);
    }

    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> line.append(
                        Character.isISOControl(c) || c == 0x2028 || c == 0x2029
                                ? String.format("\\u%04x", c)
                                : Character.toString(c)));
        return line.toString();
    }

    /** {@code gatehouse.toml:12: listener[0].adress: unknown key (did you mean "address"?)}. */
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
